import { refuse, show, type Refusal } from "./refusal.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** A parsed value in a box, so that no value can be taken for a refusal. */
export interface ParsedJson {
  readonly value: unknown;
}

/** Place of the quote that ends the string which begins at `from`; `text` is valid JSON. */
const endOfString = (text: string, from: number): number => {
  for (let end = text.indexOf('"', from + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
};

/** How many keys the text writes: colons outside of strings. */
const countWritten = (text: string): number => {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === COLON) count += 1;
    else if (unit === QUOTE) i = endOfString(text, i);
  }
  return count;
};

/** How many keys the value has, at every depth. A list instead of recursion: a text may nest millions deep. */
const countKept = (value: unknown): number => {
  let count = 0;
  const left = [value];
  for (let item = left.pop(); item !== undefined; item = left.pop()) {
    if (typeof item !== "object" || item === null) continue;
    if (Array.isArray(item)) {
      for (const inner of item) if (typeof inner === "object" && inner !== null) left.push(inner);
      continue;
    }
    for (const key in item) {
      count += 1;
      const inner = (item as Record<string, unknown>)[key];
      if (typeof inner === "object" && inner !== null) left.push(inner);
    }
  }
  return count;
};

/** The first key that an object of this valid JSON has twice. */
const findRepeated = (text: string): string | undefined => {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "{" || char === "[") open.push(new Set());
    else if (char === "}" || char === "]") open.pop();
    else if (char === '"') {
      const end = endOfString(text, i);
      const string = text.slice(i, end + 1);
      i = end;
      let next = end + 1;
      while (/\s/.test(text[next] ?? "x")) next += 1;
      if (text[next] !== ":") continue;
      const key = JSON.parse(string) as string;
      const keys = open.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
  }
  return undefined;
};

/** An escape that stands for a backslash. */
const ESCAPED_BACKSLASH = /\\\\|\\u005c/i;

/**
 * The first key with a backslash in it, as it is written; `text` need not be JSON.
 *
 * JSON.parse of V8 14 compares the raw text of an escaped key with the name that the last objects of this shape had
 * next, so that after an object with the key `\` another's key `"` or `é`, written with an escape, is read as `\`, in
 * the whole process. Where no key has a backslash there is no such name to mistake it for.
 */
const findBackslashKey = (text: string): string | undefined => {
  for (let i = text.indexOf('"'); i >= 0; i = text.indexOf('"', i)) {
    const begin = i++;
    while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
    const end = ++i;
    while (/\s/.test(text[i] ?? "x")) i += 1;
    if (text.charCodeAt(i) !== COLON) continue;
    const key = text.slice(begin, end);
    if (ESCAPED_BACKSLASH.test(key)) return key;
  }
  return undefined;
};

/**
 * Parses JSON and refuses an object that has a key twice, of which JSON.parse would silently take the last: two
 * readers could see two different things in it. Answers `invalid_json`, whose detail quotes the place,
 * `duplicate_key`, or `forbidden_key` for a key with a backslash.
 */
export const parseJson = (text: string): ParsedJson | Refusal => {
  // Most texts have no escape at all, and that is found out fastest.
  const isSuspect = text.includes("\\") && ESCAPED_BACKSLASH.test(text);
  const backslash = isSuspect ? findBackslashKey(text) : undefined;
  if (backslash !== undefined) {
    return refuse("forbidden_key", `the key ${backslash.slice(0, 80)} has a backslash in it`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse("invalid_json", error instanceof Error ? error.message : "the text is not JSON");
  }
  if (countWritten(text) === countKept(value)) return { value };
  return refuse("duplicate_key", `the key ${show(findRepeated(text))} is given twice in one object`);
};

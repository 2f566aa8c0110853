import { isPrintable, refuse, RULE_TEXT_LIMITS, show, type Refusal } from "#wire";
import type { Facts } from "./facts.ts";
import { findWrongPath, readPath, showFact } from "./paths.ts";

/** Longest value put into a text, and longest text that comes out; more is cut off. */
export const RENDERED_LIMITS: { readonly value: number; readonly text: number } = { value: 200, text: 2000 };

/** What an alert says, ready to be filled in. */
export interface Template {
  /** Plain text: nothing in it has a meaning for HTML or anything else. Never throws. */
  render(facts: Facts): string;
}

const wrongText = (what: string): Refusal => refuse("invalid_rule", `text: ${what}`);

/** The beginning of a text; no half of a pair of surrogates stays at its end. */
const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 2);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 2 : most - 1)}…`;
};

/** Devices may send anything: what nobody can see becomes a space. */
const clean = (text: string): string =>
  isPrintable(text) ? text : Array.from(text, (char) => (isPrintable(char) ? char : " ")).join("");

/** What stands for a name that is missing. */
const ID_FOR_NAME: Readonly<Record<string, readonly string[]>> = {
  "device.name": ["device", "id"],
  "fence.name": ["fence", "id"],
};

const valueAt = (facts: Facts, path: readonly string[]): string => {
  const id = ID_FOR_NAME[path.join(".")];
  const fact = readPath(facts, path) ?? (id === undefined ? undefined : readPath(facts, id));
  return clean(cut(showFact(fact), RENDERED_LIMITS.value));
};

/** `position.attributes.a.b` names the attribute `a.b`: keys may hold dots, and nothing nests. */
const pathOf = (name: string): readonly string[] => {
  const [root = "", field, ...key] = name.split(".");
  if (field === undefined) return [root];
  return key.length === 0 ? [root, field] : [root, field, key.join(".")];
};

const findWrongName = (name: string, path: readonly string[]): string | undefined => {
  const wrong = findWrongPath(path);
  if (wrong !== undefined) return `${show(`{{${name}}}`)}: ${wrong}`;
  const whole = path.length < 2 || name === "fence.properties" || name === "position.attributes";
  return whole ? `${show(`{{${name}}}`)} is no single value; name one of its fields` : undefined;
};

/**
 * Compiles a text in which `{{device.name}}` and the like stand for facts. Refuses, as `invalid_rule`, a name that
 * there is not, by name, and what is not closed. A value that is missing leaves nothing behind, but for the names of
 * device and fence, for which their ids stand. Never throws.
 */
export const compileTemplate = (text: string): Template | Refusal => {
  if (text.length > RULE_TEXT_LIMITS.text) {
    return wrongText(`it has ${text.length} characters; at most ${RULE_TEXT_LIMITS.text} are allowed`);
  }
  const [first = "", ...rest] = text.split("{{");
  const parts: (string | readonly string[])[] = [first];
  let at = first.length;
  for (const piece of rest) {
    const end = piece.indexOf("}}");
    if (end < 0) return wrongText(`"{{" at character ${at + 1} has no "}}"`);
    const name = piece.slice(0, end).trim();
    const path = pathOf(name);
    const wrong = findWrongName(name, path);
    if (wrong !== undefined) return wrongText(wrong);
    parts.push(path, piece.slice(end + 2));
    at += 2 + piece.length;
  }
  return {
    render: (facts) => {
      const filled = parts.map((part) => (typeof part === "string" ? part : valueAt(facts, part)));
      return cut(filled.join(""), RENDERED_LIMITS.text);
    },
  };
};

import type { ErrorCode } from "./catalogue.ts";
import { isId, isPrintable, MAX_ID_LENGTH } from "./names.ts";
import { refuse, show, type Refusal } from "./refusal.ts";

/** An object whose properties nobody has looked at yet. */
export type Bag = Readonly<Record<string, unknown>>;

/** Longest name, and longest list, of what people define. */
export const DEFINITION_LIMITS: { readonly name: number; readonly list: number } = { name: 200, list: 1000 };

/** Is it an object, and neither null nor an array? */
export const isBag = (value: unknown): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Is there a value? `null` counts as absent, so that a patch can remove a property with it. */
export const given = (value: unknown): boolean => value !== undefined && value !== null;

/** Set by the server; not read, so that an answer can be sent back as it is. */
const SERVER_OWNED = new Set(["id", "version", "createdAt", "updatedAt"]);

/** What a sender says of a thing, without what the server decides. */
export const withoutServerOwned = (bag: Bag): Bag =>
  Object.fromEntries(Object.entries(bag).filter(([key]) => !SERVER_OWNED.has(key)));

/** The refusal of the first property that is not `known`; a typo must not make a definition wider in silence. */
export const findUnknown = (
  bag: Bag,
  known: ReadonlySet<string>,
  what: string,
  code: ErrorCode,
): Refusal | undefined => {
  const unknown = Object.keys(bag).find((key) => !known.has(key));
  if (unknown === undefined) return undefined;
  return refuse(code, `${what} has no ${show(unknown)}; it has ${[...known].join(", ")}`);
};

/** A name of at most 200 printable characters; absent when empty. */
export const readName = (value: unknown, path: string, code: ErrorCode): string | undefined | Refusal => {
  if (!given(value) || value === "") return undefined;
  if (typeof value === "string" && value.length <= DEFINITION_LIMITS.name && isPrintable(value)) return value;
  return refuse(
    code,
    `${path} is ${show(value)}; expected at most ${DEFINITION_LIMITS.name} printable characters`,
  );
};

/** A number within bounds, both included. */
export const readNumber = (
  value: unknown,
  path: string,
  code: ErrorCode,
  [min, max]: readonly [number, number],
): number | undefined | Refusal => {
  if (!given(value)) return undefined;
  if (typeof value === "number" && value >= min && value <= max) return value;
  return refuse(code, `${path} is ${show(value)}; expected a number from ${min} to ${max}`);
};

/** True or false. */
export const readFlag = (value: unknown, path: string, code: ErrorCode): boolean | undefined | Refusal => {
  if (!given(value)) return undefined;
  if (typeof value === "boolean") return value;
  return refuse(code, `${path} is ${show(value)}; expected true or false`);
};

/** An id, or the name of a group. */
export const readId = (value: unknown, path: string, code: ErrorCode): string | undefined | Refusal => {
  if (!given(value)) return undefined;
  if (typeof value === "string" && isId(value)) return value;
  return refuse(code, `${path} is ${show(value)}; expected 1 to ${MAX_ID_LENGTH} printable characters`);
};

/**
 * A list of 1 to 1,000 values, each once, in the order given. An empty one is refused: nobody can tell whether it
 * stands for none or for all.
 */
export const readList = <Item extends string>(
  value: unknown,
  path: string,
  code: ErrorCode,
  isItem: (item: unknown) => item is Item,
  expected: string,
): readonly Item[] | undefined | Refusal => {
  if (!given(value)) return undefined;
  if (!Array.isArray(value) || value.length === 0 || value.length > DEFINITION_LIMITS.list) {
    return refuse(
      code,
      `${path} is ${show(value)}; expected an array of 1 to ${DEFINITION_LIMITS.list} (${expected})`,
    );
  }
  const items = new Set<Item>();
  for (const [index, item] of value.entries()) {
    if (!isItem(item)) return refuse(code, `${path}[${index}] is ${show(item)}; expected ${expected}`);
    items.add(item);
  }
  return [...items];
};

const isIdValue = (item: unknown): item is string => typeof item === "string" && isId(item);

/** A list of ids, or of names of groups. */
export const readIds = (
  value: unknown,
  path: string,
  code: ErrorCode,
): readonly string[] | undefined | Refusal =>
  readList(value, path, code, isIdValue, `1 to ${MAX_ID_LENGTH} printable characters`);

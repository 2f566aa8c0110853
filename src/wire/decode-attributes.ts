import { findForbiddenKey, isForbiddenKey } from "./keys.ts";
import { isPrintable } from "./names.ts";
import { refuse, show, type Refusal } from "./refusal.ts";

/** Bounds of the attributes of one position; lengths in UTF-16 code units. */
export const ATTRIBUTE_LIMITS: {
  readonly keys: number;
  readonly keyLength: number;
  readonly textLength: number;
  readonly totalLength: number;
} = { keys: 100, keyLength: 64, textLength: 1024, totalLength: 8192 };

const wrongValue = (key: string, value: unknown): Refusal => {
  const forbidden = findForbiddenKey(value);
  if (forbidden !== undefined) {
    return refuse(
      "forbidden_key",
      `attributes.${key} holds the key ${show(forbidden)}, which is not allowed`,
    );
  }
  return refuse(
    "invalid_attributes",
    `attributes.${key} is ${show(value)}; expected text, a finite number, true, false or null`,
  );
};

/** Length that an attribute counts towards the total, or a refusal. */
const judge = (key: string, value: unknown): number | Refusal => {
  if (isForbiddenKey(key)) {
    return refuse("forbidden_key", `attributes has the key ${show(key)}, which is not allowed`);
  }
  if (key.length === 0 || key.length > ATTRIBUTE_LIMITS.keyLength || !isPrintable(key)) {
    return refuse(
      "invalid_attributes",
      `the attribute key ${show(key)} must have 1 to ${ATTRIBUTE_LIMITS.keyLength} printable characters`,
    );
  }
  if (typeof value === "string") {
    if (value.length <= ATTRIBUTE_LIMITS.textLength) return key.length + value.length;
    return refuse(
      "invalid_attributes",
      `attributes.${key} has ${value.length} characters, at most ${ATTRIBUTE_LIMITS.textLength} are kept`,
    );
  }
  if (value === null || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) {
    return key.length + 8;
  }
  return wrongValue(key, value);
};

/**
 * Judges the `attributes` of a position: flat, bounded. Answers how many there are when all is right, and then the
 * object may be kept as it is.
 */
export const judgeAttributes = (value: unknown): number | Refusal => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("invalid_attributes", `attributes is ${show(value)}; expected an object`);
  }
  const given = value as Record<string, unknown>;
  let count = 0;
  let total = 0;
  for (const key in given) {
    const length = judge(key, given[key]);
    if (typeof length !== "number") return length;
    total += length;
    count += 1;
  }
  if (count > ATTRIBUTE_LIMITS.keys) {
    return refuse("invalid_attributes", `${count} attributes; at most ${ATTRIBUTE_LIMITS.keys} are kept`);
  }
  if (total > ATTRIBUTE_LIMITS.totalLength) {
    return refuse(
      "invalid_attributes",
      `the attributes have ${total} characters, at most ${ATTRIBUTE_LIMITS.totalLength} are kept`,
    );
  }
  return count;
};

import { fromBase64url, toBase64url } from "./base64url.ts";

/** Longest cursor that is looked at. */
const LONGEST = 2048;

/** The opaque form of a place in a list that is ordered by a key (an id, a time); URL-safe. */
export const encodeKeyCursor = (list: string, key: string): string =>
  toBase64url(`k1.${list}.${encodeURIComponent(key)}`);

/** The key; undefined for what `encodeKeyCursor` did not make for the same list. */
export const decodeKeyCursor = (list: string, cursor: string): string | undefined => {
  const opened = cursor.length > LONGEST ? undefined : fromBase64url(cursor);
  const prefix = `k1.${list}.`;
  if (opened === undefined || !opened.startsWith(prefix)) return undefined;
  try {
    return decodeURIComponent(opened.slice(prefix.length));
  } catch {
    // A cursor that somebody made up: half an escape.
    return undefined;
  }
};

/** True for the keys that reach an object's prototype. JSON.parse makes plain own keys of them. */
export const isForbiddenKey = (key: string): boolean =>
  key === "__proto__" || key === "constructor" || key === "prototype";

/** How deep a value is searched; deeper than this counts as found, because nobody means it. */
const DEPTH = 32;

/** The first forbidden key anywhere inside a parsed JSON value; undefined when there is none. */
export const findForbiddenKey = (value: unknown, depth: number = 0): string | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > DEPTH) return `(nested deeper than ${DEPTH})`;
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = findForbiddenKey(item, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (isForbiddenKey(key)) return key;
    const found = findForbiddenKey((value as Record<string, unknown>)[key], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
};

import { Problem, show, type ErrorCode } from "#wire";

/** Ids named in a refusal; after these how many more there are. */
const NAMED = 5;

/** Those of `wanted` that `known` does not have: what a thing refers to already was there when it was said. */
export const fresh = (wanted: readonly string[] = [], known: readonly string[] = []): readonly string[] =>
  wanted.filter((id) => !known.includes(id));

/** Those ids that nothing is found for. */
export const missing = async (
  ids: readonly string[],
  find: (id: string) => Promise<unknown>,
): Promise<readonly string[]> => {
  const found = await Promise.all(ids.map(find));
  return ids.filter((_, index) => found[index] === undefined);
};

/** Throws when there are such ids; names the first of them. */
export const refuseMissing = (code: ErrorCode, what: string, ids: readonly string[]): void => {
  if (ids.length === 0) return;
  const names = ids.slice(0, NAMED).map((id) => show(id));
  if (ids.length > NAMED) names.push(`${ids.length - NAMED} more`);
  throw new Problem(code, `there is no ${what} ${names.join(", ")}`);
};

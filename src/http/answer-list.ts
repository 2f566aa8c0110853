import { encodeKeyCursor } from "#wire";

/** Where a list goes on; see `docs/api.md`. */
export interface ListEnd {
  readonly next: string | null;
  readonly cursor: string | null;
}

/**
 * Cuts what was found to a page: `found` holds one entry more than `limit` when there are more. `keyOf` gives the key
 * that the list is ordered by, `after` is the one that was asked for.
 */
export const pageOf = <Item>(
  list: string,
  found: readonly Item[],
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  keyOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly end: ListEnd } => {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const key = last === undefined ? after : keyOf(last);
  const cursor = key === undefined ? null : encodeKeyCursor(list, key);
  return { items, end: { next: found.length > limit ? cursor : null, cursor } };
};

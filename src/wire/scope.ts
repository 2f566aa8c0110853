/**
 * What somebody is allowed. `view`: read. `operate`: the work of a day, such as naming devices. `manage`: decide what
 * is watched and who is told. `admin`: members, tokens, the server. Each of these includes those before it; `ingest`,
 * sending positions, is apart, and `admin` includes it too.
 */
export type Scope = "admin" | "manage" | "operate" | "view" | "ingest";

/** Every scope, the widest first. */
export const SCOPES: readonly Scope[] = ["admin", "manage", "operate", "view", "ingest"];

const LADDER: readonly Scope[] = ["view", "operate", "manage", "admin"];

/** Do these scopes allow what needs `needed`? */
export const allows = (scopes: readonly Scope[], needed: Scope): boolean => {
  if (scopes.includes("admin") || scopes.includes(needed)) return true;
  const least = LADDER.indexOf(needed);
  return least >= 0 && scopes.some((scope) => LADDER.indexOf(scope) > least);
};

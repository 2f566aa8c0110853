import type { Scope } from "./scope.ts";

/** What a member is in a workspace. */
export type Role = "owner" | "manager" | "operator" | "viewer";

/** Every role, the one that may most first. */
export const ROLES: readonly Role[] = ["owner", "manager", "operator", "viewer"];

const SCOPE_OF: Readonly<Record<Role, Scope>> = {
  owner: "admin",
  manager: "manage",
  operator: "operate",
  viewer: "view",
};

/** The scopes that a role gives. */
export const scopesOf = (role: Role): readonly Scope[] => [SCOPE_OF[role]];

/**
 * May members of this role be limited to groups of devices? Owners and managers decide what happens to all devices:
 * a limit would only seem to be one.
 */
export const canBeLimited = (role: Role): boolean => role === "operator" || role === "viewer";

import type { Role } from "#wire";

/** Roles as people read them. */
export const roleNames: Readonly<Record<Role, string>> = {
  owner: "Owner",
  manager: "Manager",
  operator: "Operator",
  viewer: "Viewer",
};

/** What somebody in a role may do. */
export const roleWords: Readonly<Record<Role, string>> = {
  owner: "everything, members and tokens included",
  manager: "decides what is watched, and who is told",
  operator: "looks, and names devices",
  viewer: "looks",
};

/** The end of a sentence about a member: which devices are seen. */
export function inGroups(groups: readonly string[] | undefined): string {
  return groups === undefined ? "" : `, for the devices of ${groups.join(", ")}`;
}

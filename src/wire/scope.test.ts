import { describe, expect, it } from "vitest";
import { canBeLimited, ROLES, scopesOf } from "./role.ts";
import { allows, SCOPES } from "./scope.ts";

describe("scopes and roles", () => {
  it("[AC1] each scope of the ladder includes those below it, and only admin includes ingest", () => {
    const table = SCOPES.map((has) => SCOPES.filter((needed) => allows([has], needed)));
    expect(table).toEqual([
      ["admin", "manage", "operate", "view", "ingest"],
      ["manage", "operate", "view"],
      ["operate", "view"],
      ["view"],
      ["ingest"],
    ]);
    expect(allows([], "view")).toBe(false);
    expect(allows(["ingest", "view"], "operate")).toBe(false);
  });

  it("[AC2] an owner may everything, a viewer may look; only operators and viewers can be limited to groups", () => {
    expect(ROLES.map((role) => scopesOf(role))).toEqual([["admin"], ["manage"], ["operate"], ["view"]]);
    expect(ROLES.filter(canBeLimited)).toEqual(["operator", "viewer"]);
  });
});

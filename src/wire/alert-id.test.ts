import { describe, expect, it } from "vitest";
import { alertId } from "./alert-id.ts";

describe("the id of an alert", () => {
  it("[OU1] follows from event and target, and never changes", () => {
    expect(alertId("e", "t")).toBe(alertId("e", "t"));
    expect(alertId("e", "t")).toBe("efc3e2923619f3d64252cb96b423649d");
    expect(alertId("e", "t")).toMatch(/^[0-9a-f]{32}$/);
  });

  it("[OU1] keeps the parts apart", () => {
    const ids = [alertId("a", "bc"), alertId("ab", "c"), alertId('a","b', "c"), alertId("a", 'b","c')];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

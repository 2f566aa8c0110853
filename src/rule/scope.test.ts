import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileScope, inScope } from "./scope.ts";

describe("scopes", () => {
  it("[RM1] mean every device without lists, else those named and those of the groups", () => {
    expect(inScope({}, "a", [])).toBe(true);
    expect(inScope({ devices: ["a"] }, "a", [])).toBe(true);
    expect(inScope({ devices: ["a"] }, "b", ["a"])).toBe(false);
    expect(inScope({ groups: ["north"] }, "a", ["south", "north"])).toBe(true);
    expect(inScope({ groups: ["north"] }, "north", [])).toBe(false);
    expect(inScope({ devices: ["a"], groups: ["north"] }, "b", ["north"])).toBe(true);
    expect(inScope({ devices: [] }, "a", ["north"])).toBe(false);
    expect(inScope({ groups: ["north"] }, "a", ["north/vans"])).toBe(true);
    expect(inScope({ groups: ["north/vans"] }, "a", ["north"])).toBe(false);
  });

  it("[RM2] are the same when they are compiled", () => {
    const names = fc.array(fc.constantFrom("a", "b", "c", "a/b", "a/b/c"), { maxLength: 3 });
    const scope = fc.record({ devices: names, groups: names }, { requiredKeys: [] });
    const same = fc.property(scope, fc.constantFrom("a", "b", "c"), names, (scope, device, groups) => {
      expect(compileScope(scope)(device, groups)).toBe(inScope(scope, device, groups));
    });
    expect(() => fc.assert(same, { seed: 6 })).not.toThrow();
  });
});

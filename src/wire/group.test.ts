import { describe, expect, it } from "vitest";
import { groupsAround, isInGroup, isInSomeGroup } from "./group.ts";

describe("groups", () => {
  it("nest by their names", () => {
    expect(isInGroup(["north/vans"], "north")).toBe(true);
    expect(isInGroup(["north/vans"], "north/vans")).toBe(true);
    expect(isInGroup(["north"], "north/vans")).toBe(false);
    expect(isInGroup(["northern"], "north")).toBe(false);
    expect(isInGroup([], "north")).toBe(false);
    expect(isInSomeGroup(["a/b/c"], ["x", "a/b"])).toBe(true);
    expect(isInSomeGroup(["a/b/c"], [])).toBe(false);
  });

  it("know what they lie in", () => {
    expect(groupsAround("a/b/c")).toEqual(["a", "a/b", "a/b/c"]);
    expect(groupsAround("a")).toEqual(["a"]);
    expect(groupsAround("/a")).toEqual(["/a"]);
  });
});

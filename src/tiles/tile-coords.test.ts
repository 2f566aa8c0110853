import { describe, expect, it } from "vitest";
import { parseTileCoords, tmsRow, toUnitSquare } from "./tile-coords.ts";

describe("parseTileCoords", () => {
  it("reads addresses inside the square of their zoom", () => {
    expect(parseTileCoords("0", "0", "0")).toEqual({ z: 0, x: 0, y: 0 });
    expect(parseTileCoords("3", "7", "7")).toEqual({ z: 3, x: 7, y: 7 });
  });

  it.each([
    ["0", "1", "0"],
    ["3", "8", "0"],
    ["31", "0", "0"],
    ["-1", "0", "0"],
    ["01", "0", "0"],
    ["1.0", "0", "0"],
    ["1e1", "0", "0"],
    ["", "0", "0"],
  ])("refuses %s/%s/%s", (z, x, y) => expect(parseTileCoords(z, x, y)).toBeUndefined());
});

describe("tmsRow", () => {
  it("counts from the south", () => {
    expect(tmsRow({ z: 2, x: 0, y: 0 })).toBe(3);
    expect(tmsRow({ z: 2, x: 0, y: 3 })).toBe(0);
  });
});

describe("toUnitSquare", () => {
  it("puts the null island in the middle and clamps the poles", () => {
    expect(toUnitSquare(0, 0)).toEqual([0.5, 0.5]);
    expect(toUnitSquare(180, 90)).toEqual([1, 0]);
    expect(toUnitSquare(-180, -90)).toEqual([0, 1]);
    expect(toUnitSquare(190, 0)[0]).toBeGreaterThan(1);
  });
});

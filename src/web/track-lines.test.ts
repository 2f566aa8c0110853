import { describe, expect, it } from "vitest";
import { trackLines } from "./track-lines.ts";

const minute = 60_000;
const fix = (time: number, lon: number, lat = 0) => ({ time, lon, lat });
const kinds = (fixes: Parameters<typeof trackLines>[0]) =>
  trackLines(fixes).features.map(({ properties }) => properties?.["kind"]);

describe("trackLines", () => {
  it("draws a gap as a gap", () => {
    const fixes = [fix(0, 0), fix(minute, 1), fix(30 * minute, 5), fix(31 * minute, 6)];
    expect(kinds(fixes)).toEqual(["line", "gap", "line"]);
  });

  it("takes a slow reporter's usual interval for no gap", () => {
    expect(kinds([fix(0, 0), fix(20 * minute, 1), fix(40 * minute, 2), fix(60 * minute, 3)])).toEqual([
      "line",
    ]);
  });

  it("leaves outliers out", () => {
    const { features } = trackLines([fix(0, 0), { ...fix(minute, 90), outlier: true }, fix(2 * minute, 1)]);
    expect(features[0]?.geometry).toEqual({
      type: "LineString",
      coordinates: [
        [0, 0],
        [1, 0],
      ],
    });
  });

  it("runs on past the antimeridian instead of across the map", () => {
    const { features } = trackLines([fix(0, 179), fix(minute, -179), fix(2 * minute, -178)]);
    expect(features[0]?.geometry).toEqual({
      type: "LineString",
      coordinates: [
        [179, 0],
        [181, 0],
        [182, 0],
      ],
    });
  });

  it("draws nothing for one fix or none", () => {
    expect(kinds([])).toEqual([]);
    expect(kinds([fix(0, 0)])).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { formatAccuracy, formatAge, formatCount, formatCourse, formatPlace, formatSpeed } from "./format.ts";

describe("format", () => {
  it("says an age in its largest whole unit, and never a negative one", () => {
    expect(
      [-5_000, 999, 1_000, 59_999, 60_000, 3_600_000, 47 * 3_600_000, 48 * 3_600_000].map(formatAge),
    ).toEqual(["now", "now", "1 s", "59 s", "1 min", "1 h", "47 h", "2 d"]);
  });

  it("counts in years what was long ago, as tracks of old recordings are", () => {
    const day = 86_400_000;
    expect([730 * day, 731 * day, 6_740 * day].map(formatAge)).toEqual(["730 d", "2 y", "18 y"]);
  });

  it("gives speeds in km/h with a decimal only where it says something", () => {
    expect([undefined, 0, 0.5, 2.76, 2.77, 250].map(formatSpeed)).toEqual([
      "–",
      "0 km/h",
      "1.8 km/h",
      "9.9 km/h",
      "10 km/h",
      "900 km/h",
    ]);
  });

  it("gives courses as a compass card does, north once", () => {
    expect([undefined, 0, 42.4, 359.7, 337.4, 180].map(formatCourse)).toEqual([
      "–",
      "000° N",
      "042° NE",
      "000° N",
      "337° NW",
      "180° S",
    ]);
  });

  it("names hemispheres, distances and counts", () => {
    expect(formatPlace(-122.41942, -37.77493)).toBe("37.77493° S, 122.41942° W");
    expect([formatAccuracy(undefined), formatAccuracy(12.4), formatAccuracy(1_440)]).toEqual([
      "–",
      "± 12 m",
      "± 1.4 km",
    ]);
    expect([formatCount(999), formatCount(1_234_567)]).toEqual(["999", "1\u2009234\u2009567"]);
  });
});

import { describe, expect, it } from "vitest";
import { glideTime } from "./glide.ts";

const at = (time: number, lon: number, lat = 0) => ({ time, place: [lon, lat] as const });

describe("glideTime", () => {
  it("takes as long as the fixes came apart, at most 1.2 s", () => {
    expect(glideTime(at(0, 0), at(1_000, 0.0001), 900)).toBe(900);
    expect(glideTime(at(0, 0), at(10_000, 0.0001), 10_000)).toBe(1_200);
  });

  it("jumps where the path between is unknown: a long gap, or a leap", () => {
    expect(glideTime(at(0, 0), at(130_000, 0.0001), 1_000)).toBe(0);
    expect(glideTime(at(0, 0), at(1_000, 5), 1_000)).toBe(0);
  });

  it("never goes back in time", () => {
    expect(glideTime(at(1_000, 0), at(1_000, 1), 1_000)).toBe(0);
    expect(glideTime(at(2_000, 0), at(1_000, 0.0001), 1_000)).toBe(0);
  });

  it("takes the short way over the antimeridian for what it is", () => {
    expect(glideTime(at(0, 179.9999), at(1_000, -179.9999), 1_000)).toBe(1_000);
  });
});

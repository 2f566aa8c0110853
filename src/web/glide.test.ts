import { describe, expect, it } from "vitest";
import { glideTime } from "./glide.ts";

/** Along the equator. */
const glide = (gap: number, sinceLastFrame: number, from: number, to: number): number =>
  glideTime(gap, sinceLastFrame, from, 0, to, 0);

describe("glideTime", () => {
  it("takes as long as the fixes came apart, at most 1.2 s", () => {
    expect(glide(1_000, 900, 0, 0.0001)).toBe(900);
    expect(glide(10_000, 10_000, 0, 0.0001)).toBe(1_200);
  });

  it("jumps where the path between is unknown: a long gap, or a leap", () => {
    expect(glide(130_000, 1_000, 0, 0.0001)).toBe(0);
    expect(glide(1_000, 1_000, 0, 5)).toBe(0);
  });

  it("never goes back in time", () => {
    expect(glide(0, 1_000, 0, 1)).toBe(0);
    expect(glide(-1_000, 1_000, 0, 0.0001)).toBe(0);
  });

  it("takes the short way over the antimeridian for what it is", () => {
    expect(glide(1_000, 1_000, 179.9999, -179.9999)).toBe(1_000);
  });
});

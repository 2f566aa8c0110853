import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destination, distance } from "#geo";
import { isBeyond } from "./beyond.ts";

describe("isBeyond", () => {
  it("[TR8] says what the geodesic says, near the limit and far from it, anywhere", () => {
    const place = fc.record({
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
    });
    const share = fc.oneof(
      fc.double({ min: 0.9, max: 1.1, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
    );
    const agrees = fc.property(
      place,
      fc.double({ min: 0, max: 360, noNaN: true }),
      fc.double({ min: 10, max: 2_000, noNaN: true }),
      share,
      (from, course, limit, part) => {
        const [lon, lat] = destination(from.lon, from.lat, course, limit * part);
        return isBeyond(from, { lon, lat }, limit) === distance(from.lon, from.lat, lon, lat) > limit;
      },
    );
    expect(() => fc.assert(agrees, { numRuns: 5_000, seed: 1 })).not.toThrow();
  });
});

import geodesic from "geographiclib-geodesic";
import { describe, expect, it } from "vitest";
import { bearing } from "./bearing.ts";
import { destination } from "./destination.ts";
import { distance, distanceError, exactDistance } from "./distance.ts";

/** Small seeded generator (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const next = random(20);
const uniform = (low: number, high: number): number => low + (high - low) * next();

type Pair = readonly [number, number, number, number];
const kinds: Readonly<Record<string, () => Pair>> = {
  anywhere: () => [uniform(-180, 180), uniform(-90, 90), uniform(-180, 180), uniform(-90, 90)],
  "a few metres apart": () => {
    const [lon, lat] = [uniform(-180, 180), uniform(-89, 89)];
    return [lon, lat, lon + uniform(-1e-4, 1e-4), lat + uniform(-1e-4, 1e-4)];
  },
  "some kilometres apart": () => {
    const [lon, lat] = [uniform(-180, 180), uniform(-89, 89)];
    return [lon, lat, lon + uniform(-0.5, 0.5), lat + uniform(-0.5, 0.5)];
  },
  "nearly antipodal": () => {
    const [lon, lat] = [uniform(-180, 180), uniform(-89, 89)];
    return [lon, lat, lon + 180 + uniform(-2, 2), -lat + uniform(-1, 1)];
  },
  "over the antimeridian": () => [180 - next(), uniform(-89, 89), -180 + next(), uniform(-89, 89)],
  "at a pole": () => [uniform(-180, 180), next() < 0.5 ? 90 : -90, uniform(-180, 180), uniform(-90, 90)],
  "near a pole": () => [uniform(-180, 180), 90 - next() * 1e-3, uniform(-180, 180), 90 - next() * 1e-3],
  "on the equator": () => [uniform(-180, 180), 0, uniform(-180, 180), 0],
  "on one meridian": () => {
    const lon = uniform(-180, 180);
    return [lon, uniform(-90, 90), lon, uniform(-90, 90)];
  },
  "the same place, another turn": () => {
    const [lon, lat] = [uniform(-180, 180), uniform(-90, 90)];
    return [lon, lat, lon + 360, lat];
  },
};

describe("distance", () => {
  for (const [kind, make] of Object.entries(kinds)) {
    it(`stays within its error of Karney's geodesic: ${kind}`, () => {
      let worst = 0;
      for (let i = 0; i < 3_000; i++) {
        const [lon1, lat1, lon2, lat2] = make();
        const truth = geodesic.Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2).s12!;
        worst = Math.max(worst, Math.abs(distance(lon1, lat1, lon2, lat2) - truth));
      }
      expect(worst).toBeLessThan(distanceError);
    });
  }

  it("knows Karney's example from JFK to LHR", () => {
    expect(exactDistance(-73.8, 40.6, -0.5, 51.6)).toBeCloseTo(5_551_759.4, 1);
  });
});

describe("bearing", () => {
  it("agrees with Karney's azimuth", () => {
    for (let i = 0; i < 3_000; i++) {
      const [lon1, lat1, lon2, lat2] = kinds["some kilometres apart"]!();
      const truth = (geodesic.Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2).azi1! + 360) % 360;
      const difference = Math.abs(bearing(lon1, lat1, lon2, lat2) - truth);
      expect(Math.min(difference, 360 - difference)).toBeLessThan(1e-6);
    }
  });

  it("is 0 for north, 90 for east, and short over the antimeridian", () => {
    expect(bearing(10, 0, 10, 1)).toBe(0);
    expect(bearing(0, 0, 1, 0)).toBeCloseTo(90, 9);
    expect(bearing(179.5, 0, -179.5, 0)).toBeCloseTo(90, 9);
    expect(bearing(-179.5, 0, 179.5, 0)).toBeCloseTo(270, 9);
  });
});

describe("destination", () => {
  it("undoes distance and bearing", () => {
    for (let i = 0; i < 1_000; i++) {
      const [lon1, lat1, lon2, lat2] = kinds["anywhere"]!();
      const there = destination(
        lon1,
        lat1,
        bearing(lon1, lat1, lon2, lat2),
        exactDistance(lon1, lat1, lon2, lat2),
      );
      expect(exactDistance(lon2, lat2, there[0], there[1])).toBeLessThan(1);
      expect(there[0]).toBeGreaterThanOrEqual(-180);
      expect(there[0]).toBeLessThan(180);
    }
  });
});

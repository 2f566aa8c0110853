import { describe, expect, it } from "vitest";
import type { FenceGeometry } from "#wire";
import { byPlace } from "./by-place.ts";
import { IdMap } from "./id-map.ts";
import { Random } from "./testing/random.ts";

const point = (lon: number, lat: number): { geometry: FenceGeometry } => ({
  geometry: { type: "Point", coordinates: [lon, lat] },
});

describe("byPlace", () => {
  it("names every fence once, whatever its kind and wherever it lies", () => {
    const r = new Random(4);
    const fences = Array.from({ length: 2_000 }, () => point(r.between(-540, 540), r.between(-90, 90)));
    fences.push(point(180, 90), point(-180, -90));
    fences.push({ geometry: { type: "LineString", coordinates: [[1, 2]] } });
    fences.push({ geometry: { type: "MultiPolygon", coordinates: [[[[1, 2]]]] } });
    const order = byPlace(fences);
    expect([...order].toSorted((a, b) => a - b)).toEqual([...fences.keys()]);
    expect(byPlace([]).length).toBe(0);
  });

  it("lets neighbours follow each other", () => {
    const r = new Random(5);
    const fences = Array.from({ length: 5_000 }, () => point(r.between(-10, 10), r.between(-10, 10)));
    const step = (order: ArrayLike<number>): number => {
      let sum = 0;
      for (let i = 1; i < order.length; i++) {
        const [a, b] = [fences[order[i - 1]!]!, fences[order[i]!]!].map(
          (fence) => fence.geometry.coordinates as number[],
        );
        sum += Math.hypot(a![0]! - b![0]!, a![1]! - b![1]!);
      }
      return sum / order.length;
    };
    expect(step(byPlace(fences))).toBeLessThan(0.06 * step([...fences.keys()]));
  });
});

describe("IdMap", () => {
  it("is what a Map is", () => {
    const r = new Random(6);
    const ids = new IdMap();
    const wanted = new Map<string, number>();
    for (let step = 0; step < 20_000; step++) {
      const id = r.pick(["fence-", "", "ß", "depot/"]) + r.integer(0, 3_000);
      if (r.chance(0.4)) {
        ids.delete(id);
        wanted.delete(id);
      } else {
        ids.set(id, step);
        wanted.set(id, step);
      }
      expect(ids.size).toBe(wanted.size);
    }
    for (let i = 0; i <= 3_000; i++) expect(ids.get(`fence-${i}`)).toBe(wanted.get(`fence-${i}`));
  });
});

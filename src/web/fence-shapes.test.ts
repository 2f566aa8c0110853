import type { FenceFeature } from "#wire";
import { describe, expect, it } from "vitest";
import { distance } from "#geo";
import { circleRing, fenceBounds, fenceShapes } from "./fence-shapes.ts";

const fence = (geometry: FenceFeature["geometry"], properties = {}): FenceFeature => ({
  type: "Feature",
  id: "f",
  geometry,
  properties: { name: "F", ...properties },
});

describe("fenceShapes", () => {
  it("draws a circle with its radius in metres, over the antimeridian too", () => {
    for (const [lon, lat] of circleRing([179.99, 60], 5_000)) {
      expect(distance(179.99, 60, lon, lat)).toBeCloseTo(5_000, 0);
      expect(Math.abs(lon - 179.99)).toBeLessThan(1);
    }
  });

  it("names a fence of several parts once, in its largest", () => {
    const part = (west: number, size: number) => [
      [
        [west, 0],
        [west + size, 0],
        [west + size, size],
        [west, size],
        [west, 0],
      ],
    ];
    const shapes = fenceShapes([fence({ type: "MultiPolygon", coordinates: [part(0, 1), part(20, 4)] })]);
    const labels = shapes.features.filter(({ properties }) => properties?.["label"]);
    expect(labels.map(({ geometry }) => geometry)).toEqual([{ type: "Point", coordinates: [22, 2] }]);
  });

  it("bounds a fence with its radius", () => {
    const [west, south, east, north] = fenceBounds(
      fence({ type: "Point", coordinates: [10, 0] }, { radius: 111_320 }),
    );
    for (const [value, wanted] of [
      [west, 9],
      [south, -1.0067],
      [east, 11],
      [north, 1.0067],
    ] as const) {
      expect(value).toBeCloseTo(wanted, 2);
    }
  });
});

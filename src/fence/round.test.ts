import { describe, expect, it } from "vitest";
import { destination, exactDistance } from "#geo";
import { circleError, circleOver, setCircle } from "./circle.ts";
import { corridorError, corridorOver } from "./corridor.ts";
import { piecesNear } from "./near.ts";
import { circleKind, Shapes } from "./shapes.ts";
import { Random } from "./testing/random.ts";
import { Vertices } from "./vertices.ts";

describe("circles and corridors", () => {
  it("[FP5] are never farther off than they say, and exact about the side", () => {
    const r = new Random(21);
    const shapes = new Shapes();
    const shape = shapes.add(circleKind, 1, 0, -1);
    const vertices = new Vertices();
    const first = vertices.allocate(2);
    const runs = Int32Array.of(first, 1);
    let worst = 0;
    for (let i = 0; i < 20_000; i++) {
      const [lon, lat] = [r.between(-180, 180), r.between(-79, 79)];
      const radius = 10 ** r.between(0, 5);
      const off = r.chance(0.3) ? r.between(-1e-3, 1e-3) : radius * r.between(-1, 1);
      const [x, y] = destination(lon, lat, r.between(0, 360), Math.max(0, radius + off));
      const wanted = exactDistance(lon, lat, x, y) - radius;
      setCircle(shapes.page(shape), shapes.start(shape), lon, lat, radius);
      const over = circleOver(shapes, shape, x, y);
      expect(over <= 0).toBe(wanted <= 0);
      expect(Math.abs(over - wanted)).toBeLessThanOrEqual(circleError(shapes, shape, over));
      worst = Math.max(worst, Math.abs(over - wanted));
      if (Math.abs(y) >= 80) continue;
      // A corridor whose line is one place.
      vertices.set(first, lon, lat);
      vertices.set(first + 1, lon, lat);
      const beside = corridorOver(vertices, runs, 0, 1, radius, x, y);
      expect(Math.abs(beside - wanted)).toBeLessThanOrEqual(corridorError(radius, beside));
    }
    // It is the error of the ruler that is looked at, not only geodesics.
    expect(worst).toBeGreaterThan(1);
  });

  it("[FP6] keep every piece of a line that is near a place, and few others", () => {
    const r = new Random(22);
    let kept = 0;
    let near = 0;
    let leftOut = 0;
    for (let round = 0; round < 400; round++) {
      const vertices = new Vertices();
      const count = r.integer(1, 12);
      const first = vertices.allocate(count + 1);
      const [lon, lat] = [r.between(-180, 180), r.between(-85, 85)];
      const size = 10 ** r.between(-3, -0.7);
      for (let v = 0; v <= count; v++)
        vertices.set(first + v, lon + size * r.between(-3, 3), lat + size * r.between(-1, 1));
      const runs = new Int32Array(2 + 2 * count);
      runs.set([first, count]);
      const reach = size * 111_000 * r.between(0, 1.5);
      const found = piecesNear(vertices, runs, 0, 1, reach, lon, lat, runs, 2);
      const has = (v: number): boolean =>
        Array.from({ length: found }, (_, k) => runs.subarray(2 + 2 * k, 4 + 2 * k)).some(
          ([from = 0, pieces = 0]) => v >= from && v < from + pieces,
        );
      for (let v = first; v < first + count; v++) {
        let least = Infinity;
        for (let s = 0; s <= 1; s += 0.02) {
          const x = vertices.lon(v) + s * (vertices.lon(v + 1) - vertices.lon(v));
          const y = vertices.lat(v) + s * (vertices.lat(v + 1) - vertices.lat(v));
          least = Math.min(least, exactDistance(lon, lat, x, y));
        }
        if (least <= reach) {
          near++;
          if (!has(v)) leftOut++;
        }
        if (has(v)) kept++;
      }
    }
    expect(leftOut).toBe(0);
    expect(near).toBeGreaterThan(500);
    expect(kept).toBeLessThan(1.1 * near);
  });
});

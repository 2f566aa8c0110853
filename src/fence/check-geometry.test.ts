import { describe, expect, it } from "vitest";
import { checkGeometry } from "./check-geometry.ts";

const square = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [0, 0],
];
const polygon = (...coordinates: unknown[]): unknown => ({ type: "Polygon", coordinates });
const says = (geometry: unknown, radius?: unknown): string => {
  const problem = checkGeometry(geometry, radius);
  return problem === undefined ? "good" : `${problem.code}: ${problem.message}`;
};

describe("checkGeometry", () => {
  it("[FG1] accepts polygons in either winding, with holes, past 180, and multipolygons", () => {
    expect(says(polygon(square))).toBe("good");
    expect(says(polygon(square.toReversed()))).toBe("good");
    const hole = square.map(([x, y]) => [0.25 + x! / 2, 0.25 + y! / 2]);
    expect(says(polygon(square, hole))).toBe("good");
    expect(says(polygon(square.map(([x, y]) => [x! + 179.5, y])))).toBe("good");
    expect(says(polygon(square.map(([x, y]) => [x! - 500, y])))).toBe("good");
    expect(
      says({ type: "MultiPolygon", coordinates: [[square], [square.map(([x, y]) => [x! + 5, y])]] }),
    ).toBe("good");
  });

  it("[FG2] accepts repeated and collinear positions, and rings that touch themselves at a point", () => {
    expect(says(polygon([[0, 0], [0, 0], [0.5, 0], ...square.slice(1)]))).toBe("good");
    expect(
      says(
        polygon([
          [0, 0],
          [2, 0],
          [1, 1],
          [2, 2],
          [0, 2],
          [1, 1],
          [0, 0],
        ]),
      ),
    ).toBe("good");
  });

  it.each([
    [
      "[FG3] open ring",
      polygon(square.slice(0, 4)),
      "invalid_geometry: ring 0 is open: it starts at [0, 0] and ends at [0, 1]",
    ],
    [
      "[FG3] three positions",
      polygon([square[0], square[1], square[0]]),
      "invalid_geometry: ring 0 has 3 positions, expected at least 4",
    ],
    [
      "[FG3] no area",
      polygon([
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ]),
      "invalid_geometry: ring 0 has no area: all its positions lie on one line",
    ],
    ["[FG3] no ring", polygon(), "invalid_geometry: coordinates is empty"],
    [
      "[FG4] self-crossing",
      polygon([
        [0, 0],
        [2, 2],
        [2, 0],
        [0, 2],
        [0, 0],
      ]),
      "invalid_geometry: ring 0 crosses itself: edge [0, 0]–[2, 2] and edge [2, 0]–[0, 2]",
    ],
    [
      "[FG5] hole outside",
      polygon(
        square,
        square.map(([x, y]) => [x! + 3, y]),
      ),
      "invalid_geometry: ring 1 is a hole outside its shell: [3, 0]",
    ],
    [
      "[FG6] NaN",
      polygon([
        [0, 0],
        [NaN, 0],
        [1, 1],
        [0, 0],
      ]),
      "invalid_geometry: coordinates[0][1] has longitude NaN, expected a number from -540 to 540",
    ],
    [
      "[FG6] latitude 91",
      polygon([
        [0, 0],
        [1, 91],
        [1, 1],
        [0, 0],
      ]),
      "invalid_geometry: coordinates[0][1] has latitude 91, expected a number from -90 to 90",
    ],
    [
      "[FG6] a string",
      polygon([
        [0, 0],
        ["1", 0],
        [1, 1],
        [0, 0],
      ]),
      'invalid_geometry: coordinates[0][1] has longitude "1", expected a number from -540 to 540',
    ],
    ["[FG6] not an array", polygon(7), "invalid_geometry: coordinates[0] is 7, expected an array"],
    [
      "[FG6] wider than the world",
      polygon([
        [-190, 0],
        [190, 0],
        [0, 5],
        [-190, 0],
      ]),
      "invalid_geometry: ring 0 is 380 degrees wide, expected at most 360",
    ],
    [
      "[FG6] another type",
      { type: "GeometryCollection", geometries: [] },
      'invalid_geometry: geometry type is "GeometryCollection", expected Polygon, MultiPolygon, Point or LineString',
    ],
    [
      "[FG6] nothing",
      undefined,
      "invalid_geometry: geometry type is missing, expected Polygon, MultiPolygon, Point or LineString",
    ],
  ])("%s", (_name, geometry, expected) => {
    expect(says(geometry)).toBe(expected);
  });

  it("[FG5] refuses a hole across the shell and names both edges", () => {
    const hole = square.map(([x, y]) => [x! + 0.5, y! + 0.25]);
    expect(says(polygon(square, hole))).toMatch(
      /^invalid_geometry: ring 1 crosses ring 0: edge \[.*\]–\[.*\] and edge \[.*\]–\[.*\]$/,
    );
  });

  it("[FG7] asks circles and corridors for a radius in metres, and polygons for none", () => {
    const point = { type: "Point", coordinates: [1, 2] };
    const line = {
      type: "LineString",
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    };
    expect(says(point, 10)).toBe("good");
    expect(says(line, 10)).toBe("good");
    expect(says(point, 0)).toMatch(/^invalid_radius: radius is 0,/);
    expect(says(point, -1)).toMatch(/^invalid_radius/);
    expect(says(point, NaN)).toMatch(/^invalid_radius: radius is NaN/);
    expect(says(line, 5_000_001)).toMatch(/^invalid_radius/);
    expect(says(line)).toMatch(/^invalid_radius: radius is missing/);
    expect(says(polygon(square), 5)).toMatch(/^invalid_radius: radius is 5, but a Polygon has none/);
    expect(says({ type: "LineString", coordinates: [[1, 2]] }, 5)).toMatch(
      /^invalid_geometry: the line has 1 positions/,
    );
  });

  const ring = (n: number): number[][] =>
    Array.from({ length: n + 1 }, (_, i) => {
      const a = (2 * Math.PI * (i % n)) / n;
      const radius = 1 + 0.3 * Math.sin(a * 7) + 0.05 * Math.sin(a * 97) + 0.002 * Math.sin(a * 3001);
      return [10 + radius * Math.cos(a), 20 + radius * Math.sin(a)];
    });

  it("[FG8] takes 500,000 positions, and refuses a million by name", () => {
    expect(says(polygon(ring(499_999)))).toBe("good");
    expect(says(polygon(ring(999_999)))).toBe(
      "too_many_vertices: the geometry has 1000000 positions, at most 500000 are allowed",
    );
  });

  it("[FG8] finds one crossing among many edges", () => {
    const bad = ring(50_000);
    // A vertex thrown over the next edge.
    bad[20_000] = [bad[20_000]![0]! + 1e-3, bad[20_000]![1]! + 3e-3];
    bad[20_001] = [bad[20_001]![0]! - 2e-3, bad[20_001]![1]! - 1e-3];
    expect(says(polygon(bad))).toMatch(/^invalid_geometry: ring 0 crosses itself/);
  });

  it("[FG9] gives up by name on edges that all lie across each other's boxes", () => {
    const teeth: number[][] = [];
    for (let i = 0; i < 20_000; i++)
      teeth.push([i * 1e-4, i * -1e-4], [10 + i * 1e-4 + 5e-5, 10 - i * 1e-4 - 5e-5]);
    expect(says(polygon([...teeth, [-5, -20], [-5, 0], teeth[0]]))).toMatch(/^invalid_geometry/);
  });
});

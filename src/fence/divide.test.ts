import { orient2d } from "robust-predicates";
import { describe, expect, it } from "vitest";
import { anchorLat, anchorLon } from "./anchor.ts";
import { bits, column, latOf, lonOf, row, sideOf } from "./cells.ts";
import { covered, divideEdges, outside } from "./divide.ts";
import { attemptIn, headOf, withRuns } from "./entry.ts";
import { onEdge, parityFromWest } from "./polygon.ts";
import { polygonKind } from "./shapes.ts";
import { blur, drawSketch, nextDrawn, sketchScale } from "./sketch.ts";
import { Random } from "./testing/random.ts";
import { Vertices } from "./vertices.ts";

type Place = readonly [x: number, y: number];

/** Cells of many sizes all over the globe, and rings in and around them with places snapped to the cell's own quarters. */
function ringIn(r: Random, level: number, x: number, y: number): Place[] {
  const side = sideOf(level);
  const snapped = r.chance(0.5);
  const place = (): Place => {
    const at = (from: number): number => {
      const steps = r.between(-0.6, 1.6);
      return from + side * (snapped ? Math.round(steps * 8) / 8 : steps) + (r.chance(0.1) ? 1e-13 : 0);
    };
    return [at(lonOf(x)), at(latOf(y))];
  };
  const ring = Array.from({ length: r.integer(3, 12) }, place);
  // Vertices on the anchor of a child, and edges that pass it by less than an inexact test can tell.
  const [ax, ay] = [anchorLon(x, level + 1, 0), anchorLat(y, level + 1, 0)];
  if (r.chance(0.3)) ring[0] = [ax, ay];
  else if (r.chance(0.5)) {
    const [dx, dy] = [side * r.between(-0.5, 0.5), side * r.between(-0.5, 0.5)];
    ring[0] = [ax + dx, ay + dy];
    ring[1] = [ax - dx * (1 + 4e-16 * r.integer(-2, 2)), ay - dy];
  }
  ring.push(ring[0]!);
  return ring;
}

const meets = (a: Place, b: Place, west: number, south: number, side: number): boolean => {
  // Exactly: an end inside, or the edge crosses a side.
  const corners: Place[] = [
    [west, south],
    [west + side, south],
    [west + side, south + side],
    [west, south + side],
  ];
  const within = ([px, py]: Place): boolean =>
    px >= west && px <= west + side && py >= south && py <= south + side;
  if (within(a) || within(b)) return true;
  return corners.some((c, i) => {
    const d = corners[(i + 1) % 4]!;
    const [p, q] = [orient2d(...a, ...b, ...c), orient2d(...a, ...b, ...d)];
    const [s, t] = [orient2d(...c, ...d, ...a), orient2d(...c, ...d, ...b)];
    return p * q <= 0 && s * t <= 0 && (p !== 0 || q !== 0);
  });
};

/** A ring, stored, with the head of its entry in a cell whose first free anchor it goes by. */
function entryOf(r: Random): {
  vertices: Vertices;
  ring: Place[];
  head: number;
  level: number;
  x: number;
  y: number;
} {
  const level = r.integer(2, 26);
  const mask = -1 << (bits - level);
  const [x, y] = [column(r.between(-179, 179)) & mask, row(r.between(-89, 89)) & mask];
  const vertices = new Vertices();
  vertices.allocate(r.integer(1, 5));
  const ring = ringIn(r, level, x, y);
  const first = vertices.allocate(ring.length);
  for (const [i, [lon, lat]] of ring.entries()) vertices.set(first + i, lon, lat);
  const runs = Int32Array.of(first, ring.length - 1);
  let attempt = -1;
  let inside = onEdge;
  while (inside === onEdge && ++attempt < 256)
    inside = parityFromWest(vertices, runs, 0, 1, anchorLon(x, level, attempt), anchorLat(y, level, attempt));
  return { vertices, ring, head: withRuns(headOf(inside, polygonKind, attempt), 1), level, x, y };
}

describe("divideEdges", () => {
  it("[FP1] gives each child the edges that meet it, and knows whether its anchor is inside", () => {
    const r = new Random(7);
    let met = 0;
    let given = 0;
    for (let round = 0; round < 6_000; round++) {
      const { vertices, ring, head, level, x, y } = entryOf(r);
      const first = vertices.allocate(1) - ring.length;
      const runs = Int32Array.of(first, ring.length - 1, 0, 0, 0, 0);
      const marks = new Uint8Array(ring.length + 2);
      divideEdges(vertices, runs, 0, head, level, x, y, marks, 3, 2);
      const step = 1 << (bits - 1 - level);
      for (let c = 0; c < 4; c++) {
        const [cx, cy] = [x + (c & 1) * step, y + (c >> 1) * step];
        const half = sideOf(level + 1);
        let any = false;
        for (let k = 0; k + 1 < ring.length; k++) {
          const isGiven = (marks[3 + k]! & (1 << c)) !== 0;
          any ||= isGiven;
          if (isGiven) given++;
          if (!meets(ring[k]!, ring[k + 1]!, lonOf(cx), latOf(cy), half)) continue;
          met++;
          if (!isGiven) throw new Error(`round ${round}: child ${c} lacks edge ${k} of ${ring.join(" ")}`);
        }
        const childHead = runs[2 + c]!;
        const attempt = childHead < 0 ? 0 : attemptIn(childHead);
        const [ax, ay] = [anchorLon(cx, level + 1, attempt), anchorLat(cy, level + 1, attempt)];
        const inside = parityFromWest(vertices, Int32Array.of(first, ring.length - 1), 0, 1, ax, ay);
        const told = childHead === covered ? 1 : childHead === outside ? 0 : childHead & 1;
        if (inside !== told || any !== childHead >= 0)
          throw new Error(`round ${round}: child ${c} of ${ring.join(" ")} says ${childHead}, not ${inside}`);
      }
    }
    expect(met).toBeGreaterThan(50_000);
    // Rings reach beyond the cell here, and an edge beyond it still goes to the nearest child.
    expect(given).toBeLessThan(1.7 * met);
  });
});

describe("sketches", () => {
  it("show every edge within half a unit of where it is", () => {
    const r = new Random(8);
    for (let round = 0; round < 2_000; round++) {
      const { vertices, ring, level, x, y } = entryOf(r);
      const first = vertices.allocate(1) - ring.length;
      const data = new Int32Array(2 + ring.length);
      data.set([first, ring.length - 1]);
      expect(drawSketch(vertices, data, 0, 1, level, x, y, 2)).toBe(ring.length);
      const scale = sketchScale(level);
      for (const [i, [lon, lat]] of ring.entries()) {
        const drawn = data[2 + i]!;
        const off = Math.max(
          Math.abs(((drawn << 16) >> 16) - (lon - lonOf(x)) * scale),
          Math.abs((drawn >> 16) - (lat - latOf(y)) * scale),
        );
        if (off > blur - 0.005) throw new Error(`round ${round}: ${off}`);
      }
    }
  });

  it("are not made of edges that reach farther than can be drawn", () => {
    const vertices = new Vertices();
    const first = vertices.allocate(2);
    vertices.set(first, 0, 0);
    const data = new Int32Array(8);
    data.set([first, 1]);
    const side = sideOf(10);
    const x = column(0);
    for (const [sides, drawn] of [
      [63.9, 2],
      [-63.9, 2],
      [64.1, 0],
      [-64.1, 0],
    ] as const) {
      vertices.set(first + 1, sides * side, 0);
      expect(drawSketch(vertices, data, 0, 1, 10, x, row(0), 2)).toBe(drawn);
      vertices.set(first + 1, 0, sides * side);
      expect(drawSketch(vertices, data, 0, 1, 10, x, row(0), 2)).toBe(drawn);
    }
  });

  it("find the next edge whose box meets another", () => {
    const r = new Random(9);
    for (let round = 0; round < 2_000; round++) {
      const corners = Array.from({ length: r.integer(2, 30) }, () => [
        r.integer(-40, 40),
        r.integer(-40, 40),
      ]);
      const sketch = Int32Array.from([0, ...corners.map(([x, y]) => (y! << 16) | (x! & 0xffff))]);
      const [west, south] = [r.between(-40, 40), r.between(-40, 40)];
      const [east, north] = [west + r.between(0, 9), south + r.between(0, 9)];
      const wanted: number[] = [];
      for (let k = 0; k + 1 < corners.length; k++) {
        const [[ax, ay], [bx, by]] = [corners[k]!, corners[k + 1]!];
        if (Math.max(ax!, bx!) >= west && Math.min(ax!, bx!) <= east)
          if (Math.max(ay!, by!) >= south && Math.min(ay!, by!) <= north) wanted.push(k);
      }
      const found: number[] = [];
      const edges = corners.length - 1;
      for (let k = -1; ;) {
        k = nextDrawn(sketch, 1, k + 1, edges, west, south, east, north);
        if (k >= edges) break;
        found.push(k);
      }
      expect(found).toEqual(wanted);
    }
  });
});

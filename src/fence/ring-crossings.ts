import { orient2d } from "robust-predicates";

/** Two edges that cross at a place inside both: indices of their first vertices. */
export interface EdgeCrossing {
  readonly first: number;
  readonly second: number;
}

/** Cells with so few edges are compared pair by pair. */
const few = 12;
const deepestSplit = 48;

/**
 * Finds two edges that properly cross, among rings laid one after the other in `xy` (lon, lat, lon, …); `starts`
 * holds the index of each ring's first vertex and at the end the number of vertices. Edges that only touch or lie
 * on each other do not count. Answers undefined where there are none, and `"dense"` where the edges lie so that
 * comparing them would take more than a small multiple of their number.
 */
export function findCrossing(
  xy: Float64Array,
  starts: readonly number[],
): EdgeCrossing | "dense" | undefined {
  const ids: number[] = [];
  for (let r = 0; r + 1 < starts.length; r++)
    for (let v = starts[r] ?? 0; v + 1 < (starts[r + 1] ?? 0); v++) ids.push(v);
  return new CrossingSearch(xy, 96 * ids.length + 1_000_000).below(Int32Array.from(ids), bounds(xy), 0);
}

type Bounds = readonly [west: number, south: number, east: number, north: number];

function bounds(xy: Float64Array): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    west = Math.min(west, xy[i] ?? NaN);
    east = Math.max(east, xy[i] ?? NaN);
    south = Math.min(south, xy[i + 1] ?? NaN);
    north = Math.max(north, xy[i + 1] ?? NaN);
  }
  return [west, south, east, north];
}

/** Halves the plane, across whichever axis separates the edges better, until few edges are left in each part. */
class CrossingSearch {
  readonly #xy: Float64Array;
  #allowance: number;

  constructor(xy: Float64Array, allowance: number) {
    this.#xy = xy;
    this.#allowance = allowance;
  }

  below(ids: Int32Array, box: Bounds, depth: number): EdgeCrossing | "dense" | undefined {
    this.#allowance -= ids.length;
    if (this.#allowance < 0) return "dense";
    if (ids.length <= few || depth === deepestSplit) return this.#pairs(ids);
    const [west, south, east, north] = box;
    const x = this.#halves(ids, 0, (west + east) / 2);
    const y = this.#halves(ids, 1, (south + north) / 2);
    const acrossX = x[0].length + x[1].length <= y[0].length + y[1].length;
    const [low, high] = acrossX ? x : y;
    if (low.length === ids.length && high.length === ids.length) return this.#pairs(ids);
    const [lowBox, highBox]: readonly [Bounds, Bounds] = acrossX
      ? [
          [west, south, (west + east) / 2, north],
          [(west + east) / 2, south, east, north],
        ]
      : [
          [west, south, east, (south + north) / 2],
          [west, (south + north) / 2, east, north],
        ];
    return this.below(low, lowBox, depth + 1) ?? this.below(high, highBox, depth + 1);
  }

  #halves(ids: Int32Array, axis: number, at: number): readonly [Int32Array, Int32Array] {
    const low = new Int32Array(ids.length);
    const high = new Int32Array(ids.length);
    let lows = 0;
    let highs = 0;
    for (const id of ids) {
      const a = this.#xy[2 * id + axis] ?? 0;
      const b = this.#xy[2 * id + 2 + axis] ?? 0;
      if (a <= at || b <= at) low[lows++] = id;
      if (a >= at || b >= at) high[highs++] = id;
    }
    return [low.slice(0, lows), high.slice(0, highs)];
  }

  #pairs(ids: Int32Array): EdgeCrossing | "dense" | undefined {
    this.#allowance -= (ids.length * ids.length) / 8;
    if (this.#allowance < 0) return "dense";
    for (let i = 0; i < ids.length; i++)
      for (let k = i + 1; k < ids.length; k++) {
        const [first, second] = [ids[i] ?? 0, ids[k] ?? 0];
        if (this.#cross(first, second)) return { first, second };
      }
    return undefined;
  }

  #cross(e: number, f: number): boolean {
    const xy = this.#xy;
    const [ax, ay, bx, by] = [xy[2 * e] ?? 0, xy[2 * e + 1] ?? 0, xy[2 * e + 2] ?? 0, xy[2 * e + 3] ?? 0];
    const [cx, cy, dx, dy] = [xy[2 * f] ?? 0, xy[2 * f + 1] ?? 0, xy[2 * f + 2] ?? 0, xy[2 * f + 3] ?? 0];
    if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
    if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
    const c = orient2d(ax, ay, bx, by, cx, cy);
    const d = orient2d(ax, ay, bx, by, dx, dy);
    if (!((c > 0 && d < 0) || (c < 0 && d > 0))) return false;
    const a = orient2d(cx, cy, dx, dy, ax, ay);
    const b = orient2d(cx, cy, dx, dy, bx, by);
    return (a > 0 && b < 0) || (a < 0 && b > 0);
  }
}

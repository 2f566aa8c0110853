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
  let edges = 0;
  for (let r = 0; r + 1 < starts.length; r++)
    edges += Math.max(0, (starts[r + 1] ?? 0) - (starts[r] ?? 0) - 1);
  const ids = new Int32Array(edges);
  let i = 0;
  for (let r = 0; r + 1 < starts.length; r++)
    for (let v = starts[r] ?? 0; v + 1 < (starts[r + 1] ?? 0); v++) ids[i++] = v;
  return new CrossingSearch(xy, ids).find();
}

/** Halves the plane, across whichever axis separates the edges better, until few edges are left in each part. */
class CrossingSearch {
  readonly #xy: Float64Array;
  /** Edges of the part that is being searched, above those of the parts that it is a half of. */
  #stack: Int32Array;
  readonly #edges: number;
  #allowance: number;

  constructor(xy: Float64Array, ids: Int32Array) {
    this.#xy = xy;
    this.#edges = ids.length;
    this.#stack = new Int32Array(3 * ids.length);
    this.#stack.set(ids);
    this.#allowance = 96 * ids.length + 1_000_000;
  }

  find(): EdgeCrossing | "dense" | undefined {
    const xy = this.#xy;
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < xy.length; i += 2) {
      const x = xy[i] ?? NaN;
      const y = xy[i + 1] ?? NaN;
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < south) south = y;
      if (y > north) north = y;
    }
    return this.#below(0, this.#edges, west, south, east, north, 0);
  }

  /** Searches a box, whose edges lie on the stack. */
  #below(
    from: number,
    to: number,
    west: number,
    south: number,
    east: number,
    north: number,
    depth: number,
  ): EdgeCrossing | "dense" | undefined {
    const count = to - from;
    this.#allowance -= count;
    if (this.#allowance < 0) return "dense";
    if (count <= few || depth === deepestSplit) return this.#pairs(from, to);
    const x = (west + east) / 2;
    const y = (south + north) / 2;
    const inX = this.#inHalves(from, to, 0, x);
    const inY = this.#inHalves(from, to, 1, y);
    if (inX === 2 * count && inY === 2 * count) return this.#pairs(from, to);
    if (inX <= inY)
      return (
        this.#below(to, this.#half(from, to, 0, x, true), west, south, x, north, depth + 1) ??
        this.#below(to, this.#half(from, to, 0, x, false), x, south, east, north, depth + 1)
      );
    return (
      this.#below(to, this.#half(from, to, 1, y, true), west, south, east, y, depth + 1) ??
      this.#below(to, this.#half(from, to, 1, y, false), west, y, east, north, depth + 1)
    );
  }

  /** How many edges the two halves have together. */
  #inHalves(from: number, to: number, axis: number, at: number): number {
    const xy = this.#xy;
    const stack = this.#stack;
    let both = 0;
    for (let i = from; i < to; i++) {
      const id = stack[i] ?? 0;
      const a = xy[2 * id + axis] ?? 0;
      const b = xy[2 * id + 2 + axis] ?? 0;
      if ((a <= at || b <= at) && (a >= at || b >= at)) both++;
    }
    return to - from + both;
  }

  /** Puts the edges of the low or the high half on the stack; answers where they end. */
  #half(from: number, to: number, axis: number, at: number, low: boolean): number {
    if (this.#stack.length < 2 * to - from) {
      const grown = new Int32Array(2 * this.#stack.length);
      grown.set(this.#stack);
      this.#stack = grown;
    }
    const xy = this.#xy;
    const stack = this.#stack;
    let end = to;
    for (let i = from; i < to; i++) {
      const id = stack[i] ?? 0;
      const a = xy[2 * id + axis] ?? 0;
      const b = xy[2 * id + 2 + axis] ?? 0;
      if (low ? a <= at || b <= at : a >= at || b >= at) stack[end++] = id;
    }
    return end;
  }

  #pairs(from: number, to: number): EdgeCrossing | "dense" | undefined {
    const count = to - from;
    this.#allowance -= (count * count) / 8;
    if (this.#allowance < 0) return "dense";
    for (let i = from; i < to; i++)
      for (let k = i + 1; k < to; k++) {
        const first = this.#stack[i] ?? 0;
        const second = this.#stack[k] ?? 0;
        if (this.#cross(first, second)) return { first, second };
      }
    return undefined;
  }

  #cross(e: number, f: number): boolean {
    const xy = this.#xy;
    const ax = xy[2 * e] ?? 0;
    const ay = xy[2 * e + 1] ?? 0;
    const bx = xy[2 * e + 2] ?? 0;
    const by = xy[2 * e + 3] ?? 0;
    const cx = xy[2 * f] ?? 0;
    const cy = xy[2 * f + 1] ?? 0;
    const dx = xy[2 * f + 2] ?? 0;
    const dy = xy[2 * f + 3] ?? 0;
    if (ax < bx ? (cx < ax && dx < ax) || (cx > bx && dx > bx) : (cx < bx && dx < bx) || (cx > ax && dx > ax))
      return false;
    if (ay < by ? (cy < ay && dy < ay) || (cy > by && dy > by) : (cy < by && dy < by) || (cy > ay && dy > ay))
      return false;
    const c = orient2d(ax, ay, bx, by, cx, cy);
    const d = orient2d(ax, ay, bx, by, dx, dy);
    if (!((c > 0 && d < 0) || (c < 0 && d > 0))) return false;
    const a = orient2d(cx, cy, dx, dy, ax, ay);
    const b = orient2d(cx, cy, dx, dy, bx, by);
    return (a > 0 && b < 0) || (a < 0 && b > 0);
  }
}

import { orient2d } from "robust-predicates";
import { latOf, lonOf, sideOf, slack } from "./cells.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";

/** Answer of `parity` for a point on an edge. */
export const onEdge = 2;

/**
 * How often the way from a place c that lies on no edge to the point p crosses the edges, modulo 2; `onEdge`
 * where p lies on one. Exact. `runs` holds `count` pairs from `at`: first vertex, number of edges; they must
 * contain every edge that the way can meet.
 */
export function parity(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  count: number,
  cx: number,
  cy: number,
  px: number,
  py: number,
): number {
  let crossings = 0;
  for (let r = 0; r < count; r++) {
    const first = runs[at + 2 * r] ?? 0;
    const edges = runs[at + 2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) continue;
    let i = (first & pageMask) * 2;
    let ax = page[i] ?? 0;
    let ay = page[i + 1] ?? 0;
    // Vertices exactly on the line count as right of it, everywhere alike: then touching at a vertex counts once or twice, never wrongly.
    let aLeft = orient2d(cx, cy, px, py, ax, ay) > 0;
    for (let k = 0; k < edges; k++) {
      i += 2;
      const bx = page[i] ?? 0;
      const by = page[i + 1] ?? 0;
      const bLeft = orient2d(cx, cy, px, py, bx, by) > 0;
      const inBox =
        (ax < bx ? px >= ax && px <= bx : px >= bx && px <= ax) &&
        (ay < by ? py >= ay && py <= by : py >= by && py <= ay);
      if (aLeft !== bLeft || inBox) {
        const p = orient2d(ax, ay, bx, by, px, py);
        if (p === 0 && inBox) return onEdge;
        if (aLeft !== bLeft && p > 0 !== orient2d(ax, ay, bx, by, cx, cy) > 0) crossings ^= 1;
      }
      ax = bx;
      ay = by;
      aLeft = bLeft;
    }
  }
  return crossings;
}

/**
 * The same for the way that comes from far in the west: 1 inside, 0 outside, `onEdge` on an edge. `runs` must hold all
 * edges of the shape.
 */
export function parityFromWest(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  count: number,
  px: number,
  py: number,
): number {
  let crossings = 0;
  for (let r = 0; r < count; r++) {
    const first = runs[at + 2 * r] ?? 0;
    const edges = runs[at + 2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) continue;
    let i = (first & pageMask) * 2;
    let ax = page[i] ?? 0;
    let ay = page[i + 1] ?? 0;
    for (const end = i + 2 * edges; i < end;) {
      i += 2;
      const bx = page[i] ?? 0;
      const by = page[i + 1] ?? 0;
      // What lies east of the point, above it or below it has no part in it.
      if (!((ay < py && by < py) || (ay > py && by > py) || (ax > px && bx > px))) {
        const p = orient2d(ax, ay, bx, by, px, py);
        if (p === 0 && (ax <= px || bx <= px) && (ax >= px || bx >= px)) return onEdge;
        if (ay > py !== by > py && p > 0 === by > ay) crossings ^= 1;
      }
      ax = bx;
      ay = by;
    }
  }
  return crossings;
}

/**
 * Writes to `runs` from `to` those of the first `count` of its runs, in pieces, whose edges meet a cell; answers how
 * many they are. There must be room for two integers an edge.
 */
export function edgesInCell(
  vertices: Vertices,
  runs: Int32Array,
  count: number,
  level: number,
  x: number,
  y: number,
  to: number,
): number {
  const half = sideOf(level) / 2;
  const mx = lonOf(x) + half;
  const my = latOf(y) + half;
  const h = half + slack;
  const [west, south, east, north] = [mx - h, my - h, mx + h, my + h];
  let found = 0;
  for (let r = 0; r < count; r++) {
    const first = runs[2 * r] ?? 0;
    const edges = runs[2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) continue;
    let i = (first & pageMask) * 2;
    let ax = page[i] ?? 0;
    let ay = page[i + 1] ?? 0;
    let open = false;
    for (let k = 0; k < edges; k++) {
      i += 2;
      const bx = page[i] ?? 0;
      const by = page[i + 1] ?? 0;
      const apart =
        (ax < west && bx < west) ||
        (ax > east && bx > east) ||
        (ay < south && by < south) ||
        (ay > north && by > north);
      if (!apart && crossesBox(ax, ay, bx, by, mx, my, h)) {
        if (open) {
          const last = to + 2 * found - 1;
          runs[last] = (runs[last] ?? 0) + 1;
        } else {
          runs[to + 2 * found] = first + k;
          runs[to + 2 * found + 1] = 1;
          found++;
          open = true;
        }
      } else open = false;
      ax = bx;
      ay = by;
    }
  }
  return found;
}

/** Whether the line of an edge meets a square, given by its middle and half its side; the edge's own box does already. */
export function crossesBox(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  mx: number,
  my: number,
  half: number,
): boolean {
  const nx = by - ay;
  const ny = ax - bx;
  const off = Math.abs(nx * (mx - ax) + ny * (my - ay));
  return off <= (Math.abs(nx) + Math.abs(ny)) * half * (1 + 1e-12) + 1e-300;
}

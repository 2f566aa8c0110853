import { orient2d } from "robust-predicates";
import { anchorLat, anchorLon } from "./anchor.ts";
import { bits, latOf, lonOf, sideOf, slack } from "./cells.ts";
import { attemptIn, headOf, runsIn } from "./entry.ts";
import { crossesBox, onEdge, parity } from "./polygon.ts";
import { polygonKind } from "./shapes.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";

/** Instead of the head of an entry: the shape does not meet the cell, or holds all of it. */
export const outside = -1;
export const covered = -2;
const attempts = 256;

/** Which children (bits, in their order) an edge may meet whose ends lie west 1, east 2, south 4, north 8 of the middle. */
const childrenOf = Uint8Array.from({ length: 16 }, (_, sides) => {
  const row = sides & 3;
  return (sides & 4 ? row : 0) | (sides & 8 ? row << 2 : 0);
});

/**
 * Sorts the edges of a polygon in one cell into its four children, in one pass. `runs` holds from `at` the runs of
 * the entry with this `head`; for each edge the bits of the children that it meets go to `masks[marked…]`, and the
 * heads of the children's entries, still without runs, or `outside` or `covered`, to `runs[heads…]`.
 */
export function divideEdges(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  head: number,
  level: number,
  x: number,
  y: number,
  masks: Uint8Array,
  marked: number,
  heads: number,
): void {
  const half = sideOf(level + 1);
  const step = 1 << (bits - 1 - level);
  const mx = lonOf(x + step);
  const my = latOf(y + step);
  // The parent's anchor and, west and east, south and north, the children's; the box that holds all their ways.
  const px = anchorLon(x, level, attemptIn(head));
  const py = anchorLat(y, level, attemptIn(head));
  const wx = anchorLon(x, level + 1, 0);
  const ex = anchorLon(x + step, level + 1, 0);
  const sy = anchorLat(y, level + 1, 0);
  const ny = anchorLat(y + step, level + 1, 0);
  const lowX = px < wx ? px : wx;
  const highX = px > ex ? px : ex;
  const lowY = py < sy ? py : sy;
  const highY = py > ny ? py : ny;
  let met = 0;
  let flips = 0;
  let bad = 0;
  let m = marked;
  for (let r = 0; r < runsIn(head); r++) {
    const first = runs[at + 2 * r] ?? 0;
    const edges = runs[at + 2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) continue;
    let i = (first & pageMask) * 2;
    let ax = page[i] ?? 0;
    let ay = page[i + 1] ?? 0;
    let aSides = sidesOf(ax, ay, mx, my);
    for (const end = m + edges; m < end; m++) {
      i += 2;
      const bx = page[i] ?? 0;
      const by = page[i + 1] ?? 0;
      const bSides = sidesOf(bx, by, mx, my);
      let mask = childrenOf[aSides | bSides] ?? 0;
      // An edge of the cell that can meet one child alone does meet it.
      if ((mask & (mask - 1)) !== 0) mask = metOf(mask, ax, ay, bx, by, mx, my, half);
      masks[m] = mask;
      met |= mask;
      const apart =
        (ax < lowX && bx < lowX) ||
        (ax > highX && bx > highX) ||
        (ay < lowY && by < lowY) ||
        (ay > highY && by > highY);
      if (!apart)
        for (let c = 0; c < 4; c++) {
          const cx = (c & 1) === 0 ? wx : ex;
          const cy = (c & 2) === 0 ? sy : ny;
          if (beside(px, cx, ax, bx) || beside(py, cy, ay, by)) continue;
          const way = crossing(px, py, cx, cy, ax, ay, bx, by);
          if (way === onEdge) bad |= 1 << c;
          else flips ^= way << c;
        }
      ax = bx;
      ay = by;
      aSides = bSides;
    }
  }
  for (let c = 0; c < 4; c++) {
    const inside = (head ^ (flips >>> c)) & 1;
    if (((bad >>> c) & 1) === 1) {
      const [cellX, cellY] = [x + (c & 1) * step, y + (c >> 1) * step];
      const found = otherAnchor(vertices, runs, at, head, px, py, level + 1, cellX, cellY);
      runs[heads + c] = ((met >>> c) & 1) === 1 ? found : (found & 1) === 1 ? covered : outside;
    } else if (((met >>> c) & 1) === 1) runs[heads + c] = headOf(inside, polygonKind, 0);
    else runs[heads + c] = inside === 1 ? covered : outside;
  }
}

/** On which sides of the middle a place is, or on both when it is close: west 1, east 2, south 4, north 8. */
function sidesOf(lon: number, lat: number, mx: number, my: number): number {
  return (
    (lon <= mx + slack ? 1 : 0) |
    (lon >= mx - slack ? 2 : 0) |
    (lat <= my + slack ? 4 : 0) |
    (lat >= my - slack ? 8 : 0)
  );
}

/** Whether two intervals, each given by its ends in any order, share nothing. */
function beside(p: number, q: number, a: number, b: number): boolean {
  return p < q ? (a < p && b < p) || (a > q && b > q) : (a < q && b < q) || (a > p && b > p);
}

/** Which of several children the line of an edge meets. */
function metOf(
  mask: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  mx: number,
  my: number,
  half: number,
): number {
  const quarter = half / 2;
  let met = 0;
  for (let c = 0; c < 4; c++) {
    if (((mask >>> c) & 1) === 0) continue;
    const cx = (c & 1) === 0 ? mx - quarter : mx + quarter;
    const cy = (c & 2) === 0 ? my - quarter : my + quarter;
    if (crossesBox(ax, ay, bx, by, cx, cy, quarter + slack)) met |= 1 << c;
  }
  return met;
}

/** Whether (1) or not (0) the way p → c, whose start lies on no edge, crosses an edge; `onEdge` where c lies on it. Exact. */
function crossing(
  px: number,
  py: number,
  cx: number,
  cy: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): number {
  const c = orient2d(ax, ay, bx, by, cx, cy);
  if (c === 0 && !beside(cx, cx, ax, bx) && !beside(cy, cy, ay, by)) return onEdge;
  // Vertices exactly on the line count as right of it, everywhere alike.
  if (orient2d(px, py, cx, cy, ax, ay) > 0 === orient2d(px, py, cx, cy, bx, by) > 0) return 0;
  return c > 0 === orient2d(ax, ay, bx, by, px, py) > 0 ? 0 : 1;
}

/** Head without runs of a child whose first anchor lies on an edge. */
function otherAnchor(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  head: number,
  px: number,
  py: number,
  level: number,
  x: number,
  y: number,
): number {
  let attempt = 0;
  let crossings = onEdge;
  while (crossings === onEdge && ++attempt < attempts) {
    const ax = anchorLon(x, level, attempt);
    const ay = anchorLat(y, level, attempt);
    crossings = parity(vertices, runs, at, runsIn(head), px, py, ax, ay);
  }
  return headOf((head ^ crossings) & 1, polygonKind, attempt & 255);
}

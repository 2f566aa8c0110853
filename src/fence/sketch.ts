import { latOf, lonOf, sideOf } from "./cells.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";

/*
 * The sketch of an entry: its edges as seen from the cell, rounded, a third of their size and next to the entry, so
 * that most questions need no vertices. Each run's vertices follow each other as `y << 16 | x`.
 */

/** Units of a sketch along the side of a cell. */
const sketchUnits = 512;
/** Farther from the cell's corner than so many units, 64 sides, nothing can be drawn. */
const farthest = 32_767;
/** Units by which what is drawn may lie beside what it shows. */
export const blur = 0.51;

/** Units of a degree, in a cell of a level. */
export function sketchScale(level: number): number {
  return sketchUnits / sideOf(level);
}

/**
 * Draws the edges of `count` runs at `at` of `data`, as seen from a cell, at `to` of `data`. Answers how many
 * integers that took; 0 where an edge reaches too far, and there is no sketch.
 */
export function drawSketch(
  vertices: Vertices,
  data: Int32Array,
  at: number,
  count: number,
  level: number,
  x: number,
  y: number,
  to: number,
): number {
  const scale = sketchScale(level);
  const west = lonOf(x);
  const south = latOf(y);
  let end = to;
  for (let r = 0; r < count; r++) {
    const first = data[at + 2 * r] ?? 0;
    const edges = data[at + 2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) return 0;
    const from = (first & pageMask) * 2;
    for (let i = from; i <= from + 2 * edges; i += 2) {
      const right = Math.round(((page[i] ?? 0) - west) * scale);
      const up = Math.round(((page[i + 1] ?? 0) - south) * scale);
      if (right > farthest || right < -farthest || up > farthest || up < -farthest) return 0;
      data[end++] = (up << 16) | (right & 0xffff);
    }
  }
  return end - to;
}

/**
 * The next of the edges drawn at `at`, counted from 0 and from `edge` on, whose box meets a box in units; `edges`
 * where there is none.
 */
export function nextDrawn(
  sketch: Int32Array,
  at: number,
  edge: number,
  edges: number,
  west: number,
  south: number,
  east: number,
  north: number,
): number {
  let corner = sketch[at + edge] ?? 0;
  let ax = (corner << 16) >> 16;
  let ay = corner >> 16;
  for (let k = edge; k < edges; k++) {
    corner = sketch[at + k + 1] ?? 0;
    const bx = (corner << 16) >> 16;
    const by = corner >> 16;
    const apart =
      (ax < west && bx < west) ||
      (ax > east && bx > east) ||
      (ay < south && by < south) ||
      (ay > north && by > north);
    if (!apart) return k;
    ax = bx;
    ay = by;
  }
  return edges;
}

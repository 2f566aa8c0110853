import { bits, column, latOf, lonOf, row, sideOf } from "./cells.ts";
import { circleOver } from "./circle.ts";
import { corridorOver } from "./corridor.ts";
import { circleKind, polygonKind } from "./shapes.ts";
import type { CellTree } from "./tree.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";
import type { Ground } from "./load.ts";

/** Most metres that a place moves when both its coordinates change by one degree. */
const metersADegree = 111_694.1 * Math.SQRT2;

/** The place that is asked about and the reach found so far: a hot loop must not box its numbers. */
const here = { lon: NaN, lat: NaN, reach: NaN };

/**
 * How far a device may go from a place, in degrees of longitude and of latitude alike, before it can meet any
 * boundary or leave the cell: a lower bound. It is what lets most updates end without a look at the fences.
 */
export function safeReach(
  ground: Ground,
  { lon, lat }: { readonly lon: number; readonly lat: number },
): number {
  const nodes = ground.tree.nodes;
  const x = column(lon);
  const y = row(lat);
  let node = 0;
  let shift = bits;
  for (let child = nodes[0] ?? 0; child !== 0; child = nodes[node] ?? 0) {
    shift--;
    node = child + (((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1)) << 2);
  }
  const { tree, shapes, vertices } = ground;
  const side = sideOf(bits - shift);
  const mask = shift === bits ? 0 : -1 << shift;
  const west = lon - lonOf(x & mask);
  const south = lat - latOf(y & mask);
  const reach = Math.max(0, Math.min(west, south, side - west, side - south));
  const bound = nodes[node + 2] ?? 0;
  if (bound === 0) return reach;
  here.lon = lon;
  here.lat = lat;
  here.reach = reach;
  toBoundaries(tree, shapes, vertices, bound);
  return here.reach;
}

function toBoundaries(tree: CellTree, shapes: Ground["shapes"], vertices: Vertices, bound: number): void {
  const data = tree.lists.data;
  const end = bound + ((data[bound] ?? 0) >>> 5);
  for (let i = bound + 1; i <= end;) {
    const shape = data[i] ?? 0;
    const runs = (data[i + 1] ?? 0) >>> 9;
    const kind = shapes.kind[shape];
    if (kind === polygonKind) toEdges(vertices, data, i + 2, runs);
    else {
      const over =
        kind === circleKind
          ? circleOver(shapes.numbers, shape, here.lon, here.lat)
          : corridorOver(vertices, data, i + 2, runs, shapes.get(shape, 6), here.lon, here.lat);
      // The values are good to some millimetres.
      here.reach = Math.min(here.reach, Math.max(0, Math.abs(over) - 0.01) / metersADegree);
    }
    i += 2 + 2 * runs;
  }
}

/** The greater of the distances to each edge's box and to its line, in the norm of the larger coordinate. */
function toEdges(vertices: Vertices, data: Int32Array, at: number, count: number): void {
  const { lon, lat } = here;
  let reach = here.reach;
  for (let r = 0; r < count; r++) {
    const first = data[at + 2 * r] ?? 0;
    const edges = data[at + 2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) continue;
    let i = (first & pageMask) * 2;
    let ax = (page[i] ?? 0) - lon;
    let ay = (page[i + 1] ?? 0) - lat;
    for (const end = i + 2 * edges; i < end;) {
      i += 2;
      const bx = (page[i] ?? 0) - lon;
      const by = (page[i + 1] ?? 0) - lat;
      const apart =
        (ax >= reach && bx >= reach) ||
        (ax <= -reach && bx <= -reach) ||
        (ay >= reach && by >= reach) ||
        (ay <= -reach && by <= -reach);
      if (!apart) {
        const toLine = Math.abs(ax * by - ay * bx) / (Math.abs(bx - ax) + Math.abs(by - ay));
        const aside = ax > 0 && bx > 0 ? Math.min(ax, bx) : ax < 0 && bx < 0 ? -Math.max(ax, bx) : 0;
        const above = ay > 0 && by > 0 ? Math.min(ay, by) : ay < 0 && by < 0 ? -Math.max(ay, by) : 0;
        reach = Math.min(reach, Math.max(toLine, aside, above));
      }
      ax = bx;
      ay = by;
    }
  }
  here.reach = reach;
}

import { radians } from "#geo";
import { bits, column, latOf, lonOf, row, sideOf } from "./cells.ts";
import { circleOver } from "./circle.ts";
import { corridorOver } from "./corridor.ts";
import { entryHead, entryPageBits, entryPageMask, kindIn, listHead, runsIn } from "./entries.ts";
import type { Ground } from "./load.ts";
import { circleKind, polygonKind } from "./shapes.ts";
import { pageBits, pageMask } from "./vertices.ts";

/** Most metres of a degree of longitude at the equator, or of latitude anywhere. */
const metersADegree = 111_694.1;

/**
 * How far a device may go from a place, in degrees of longitude and of latitude alike, before it can meet any
 * boundary or leave the cell: a lower bound. It is what lets most updates end without a look at the fences.
 */
export function safeReach(ground: Ground, lon: number, lat: number): number {
  const { links } = ground.tree.nodes;
  const x = column(lon);
  const y = row(lat);
  let shift = bits;
  let link = links[0] ?? 0;
  while (link > 0) {
    shift--;
    link = links[link + ((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1))] ?? 0;
  }
  const side = sideOf(bits - shift);
  const mask = -1 << shift;
  const west = lon - lonOf(x & mask);
  const south = lat - latOf(y & mask);
  const reach = Math.max(0, Math.min(west, south, side - west, side - south));
  return link === 0 ? reach : toBoundaries(ground, -link, lon, lat, reach);
}

/** The least distance to the boundaries of a list of entries, where that is less than `most`. */
function toBoundaries(ground: Ground, ref: number, lon: number, lat: number, most: number): number {
  const { tree, shapes, vertices } = ground;
  const data = tree.entries.pages[ref >>> entryPageBits];
  if (data === undefined) return 0;
  const start = (ref & entryPageMask) + listHead;
  let reach = most;
  for (let i = start, end = start + (data[start - 1] ?? 0); i < end;) {
    const head = data[i + 1] ?? 0;
    const runs = runsIn(head);
    const kind = kindIn(head);
    const next = i + entryHead + 2 * runs;
    if (kind === polygonKind)
      for (let r = i + entryHead; r < next; r += 2) {
        const first = data[r] ?? 0;
        const page = vertices.pages[first >>> pageBits];
        if (page !== undefined)
          reach = toEdges(page, (first & pageMask) * 2, data[r + 1] ?? 0, lon, lat, reach);
      }
    else {
      const shape = data[i] ?? 0;
      const over =
        kind === circleKind
          ? circleOver(shapes, shape, lon, lat)
          : corridorOver(vertices, data, i + entryHead, runs, shapes.get(shape, 6), lon, lat);
      // The values are good to some millimetres.
      reach = Math.min(reach, Math.max(0, Math.abs(over) - 0.01) / metersOf(lat, most));
    }
    i = next;
  }
  return reach;
}

/** Most metres that a place moves when both its coordinates change by one degree, as far as `reach` degrees around a latitude. */
function metersOf(lat: number, reach: number): number {
  const nearest = Math.max(0, Math.abs(lat) - reach);
  const cos = Math.cos(nearest * radians);
  return metersADegree * Math.sqrt(1 + cos * cos);
}

/** The greater of the distances to each edge's box and to its line, in the norm of the larger coordinate. */
function toEdges(
  page: Float64Array,
  at: number,
  edges: number,
  lon: number,
  lat: number,
  most: number,
): number {
  let reach = most;
  let i = at;
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
  return reach;
}

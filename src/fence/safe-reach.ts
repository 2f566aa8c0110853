import { radians } from "#geo";
import { bits, column, latOf, lonOf, row, sideOf } from "./cells.ts";
import { circleError, circleOver } from "./circle.ts";
import { corridorError, corridorOver } from "./corridor.ts";
import { endOfEntries, firstEntry } from "./entries.ts";
import { entryHead, isSketched, kindIn, nextEntry, runsIn } from "./entry.ts";
import type { Ground } from "./load.ts";
import { circleKind, polygonKind } from "./shapes.ts";
import { blur, sketchScale } from "./sketch.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";

/** Most metres of a degree of longitude at the equator, or of latitude anywhere. */
const metersADegree = 111_694.1;

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
  const { links } = ground.tree.nodes;
  const x = column(lon);
  const y = row(lat);
  let shift = bits;
  let link = links[0] ?? 0;
  while (link > 0) {
    shift--;
    link = links[link + ((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1))] ?? 0;
  }
  const level = bits - shift;
  const side = sideOf(level);
  const mask = -1 << shift;
  const west = lon - lonOf(x & mask);
  const south = lat - latOf(y & mask);
  const reach = Math.max(0, Math.min(west, south, side - west, side - south));
  if (link === 0) return reach;
  here.lon = lon;
  here.lat = lat;
  here.reach = reach;
  toBoundaries(ground, -link, level, x & mask, y & mask);
  return here.reach;
}

/** Lowers the reach to the least distance to the boundaries of a leaf. */
function toBoundaries(ground: Ground, ref: number, level: number, x: number, y: number): void {
  const page = ground.tree.entries.page(ref);
  const end = endOfEntries(page, ref);
  for (let i = firstEntry(ref); i < end; i = nextEntry(page, i)) {
    const head = page[i + 1] ?? 0;
    if (isSketched(head)) toSketch(page, i + entryHead, runsIn(head), level, x, y);
    else if (kindIn(head) === polygonKind) toEdges(ground.vertices, page, i + entryHead, runsIn(head));
    else toRound(ground, page, i);
  }
}

/** For circles and corridors. */
function toRound({ shapes, vertices }: Ground, page: Int32Array, at: number): void {
  const shape = page[at] ?? 0;
  const head = page[at + 1] ?? 0;
  const { lon, lat } = here;
  let over: number;
  let error: number;
  if (kindIn(head) === circleKind) {
    over = circleOver(shapes, shape, lon, lat);
    error = circleError(shapes, shape, over);
  } else {
    const radius = shapes.get(shape, 6);
    over = corridorOver(vertices, page, at + entryHead, runsIn(head), radius, lon, lat);
    error = corridorError(radius, over);
  }
  const clear = (over < 0 ? -over : over) - error;
  if (clear <= 0) here.reach = 0;
  else if (clear < here.reach * 1.5 * metersADegree) {
    // The most metres that a place moves when both its coordinates change by one degree, so far around this latitude.
    const nearest = Math.max(0, Math.abs(lat) - here.reach);
    const cos = Math.cos(nearest * radians);
    here.reach = Math.min(here.reach, clear / (metersADegree * Math.sqrt(1 + cos * cos)));
  }
}

/**
 * For polygons with a sketch: the greater of the distances to each drawn edge's box and to its line, in the norm of
 * the larger coordinate.
 */
function toSketch(page: Int32Array, at: number, count: number, level: number, x: number, y: number): void {
  const scale = sketchScale(level);
  const px = (here.lon - lonOf(x)) * scale;
  const py = (here.lat - latOf(y)) * scale;
  const most = here.reach * scale + blur;
  let reach = most;
  let i = at + 2 * count;
  for (let r = 0; r < count; r++) {
    let corner = page[i++] ?? 0;
    let ax = ((corner << 16) >> 16) - px;
    let ay = (corner >> 16) - py;
    for (const end = i + (page[at + 2 * r + 1] ?? 0); i < end; i++) {
      corner = page[i] ?? 0;
      const bx = ((corner << 16) >> 16) - px;
      const by = (corner >> 16) - py;
      const apart =
        (ax >= reach && bx >= reach) ||
        (ax <= -reach && bx <= -reach) ||
        (ay >= reach && by >= reach) ||
        (ay <= -reach && by <= -reach);
      if (!apart) reach = Math.min(reach, toEdge(ax, ay, bx, by));
      ax = bx;
      ay = by;
    }
  }
  if (reach < most) here.reach = Math.max(0, reach - blur) / scale;
}

/** For polygons without one: the same in degrees. */
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
      if (!apart) reach = Math.min(reach, toEdge(ax, ay, bx, by));
      ax = bx;
      ay = by;
    }
  }
  here.reach = reach;
}

/** From the origin to an edge. */
function toEdge(ax: number, ay: number, bx: number, by: number): number {
  const wide = Math.abs(bx - ax) + Math.abs(by - ay);
  const toLine = wide === 0 ? 0 : Math.abs(ax * by - ay * bx) / wide;
  const aside = ax > 0 && bx > 0 ? Math.min(ax, bx) : ax < 0 && bx < 0 ? -Math.max(ax, bx) : 0;
  const above = ay > 0 && by > 0 ? Math.min(ay, by) : ay < 0 && by < 0 ? -Math.max(ay, by) : 0;
  return Math.max(toLine, aside, above);
}

import type { Meters } from "#geo";
import type { Fence } from "#wire";
import { circleBox, setCircle } from "./circle.ts";
import { deepest } from "./cells.ts";
import { pieceDegrees } from "./corridor.ts";
import { circleKind, corridorKind, polygonKind, type Shapes } from "./shapes.ts";
import type { CellTree } from "./tree.ts";
import type { Vertices } from "./vertices.ts";

type Ring = readonly (readonly number[])[];

/** Where shapes are put. */
export interface Ground {
  readonly tree: CellTree;
  readonly shapes: Shapes;
  readonly vertices: Vertices;
}

/** Puts the shapes of a fence into the cells; answers the first of them (they are linked), -1 for none. */
export function loadFence(ground: Ground, slot: number, fence: Fence): number {
  const { geometry, radius = 0 } = fence;
  if (geometry.type === "Point")
    return loadCircle(ground, slot, geometry.coordinates[0] ?? NaN, geometry.coordinates[1] ?? NaN, radius);
  if (geometry.type === "LineString") return loadCorridor(ground, slot, geometry.coordinates, radius);
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  let next = -1;
  for (const rings of polygons) next = loadPolygon(ground, slot, rings, next);
  return next;
}

/** Takes the shapes of a fence out of the cells. */
export function unloadFence({ tree, shapes, vertices }: Ground, first: number): void {
  for (let shape = first; shape !== -1;) {
    const next = shapes.next[shape] ?? -1;
    tree.remove(shape);
    if (shapes.kind[shape] !== circleKind) vertices.release(shapes.get(shape, 4), shapes.get(shape, 5));
    shapes.release(shape);
    shape = next;
  }
}

function loadCircle(
  { tree, shapes }: Ground,
  slot: number,
  lon: number,
  lat: number,
  radius: Meters,
): number {
  const [west, south, east, north] = circleBox(lon, lat, radius);
  const finest = levelOf(Math.min(east - west, north - south)) + 5;
  const shape = shapes.add(circleKind, Math.min(deepest, finest), slot, -1);
  setCircle(shapes.page(shape), shapes.start(shape), lon, lat, radius);
  tree.insert(shape, []);
  return shape;
}

function loadCorridor(ground: Ground, slot: number, line: Ring, radius: Meters): number {
  const places = dividedLine(line, pieceDegrees(radius));
  const { tree, shapes, vertices } = ground;
  const first = vertices.allocate(places.length);
  const finest = levelOf((2 * radius) / 111_000) + 3;
  const shape = shapes.add(corridorKind, Math.max(1, Math.min(deepest, finest)), slot, -1);
  let v = first;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon = NaN, lat = NaN] of places) {
    vertices.set(v++, lon, lat);
    const box = circleBox(lon, lat, radius);
    west = Math.min(west, box[0]);
    south = Math.min(south, box[1]);
    east = Math.max(east, box[2]);
    north = Math.max(north, box[3]);
  }
  shapes.set(shape, [west, south, east, north, first, places.length, radius]);
  tree.insert(shape, [first, places.length - 1]);
  return shape;
}

/** The line in pieces of at most so many degrees; a line of one place becomes a piece without length. */
function dividedLine(line: Ring, most: number): Ring {
  const out: (readonly number[])[] = [];
  let [ax, ay] = [NaN, NaN];
  for (const [bx = NaN, by = NaN] of line) {
    if (bx === ax && by === ay) continue;
    const pieces = Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay)) / most);
    for (let k = 1; k < pieces; k++) out.push([ax + ((bx - ax) * k) / pieces, ay + ((by - ay) * k) / pieces]);
    out.push([bx, by]);
    [ax, ay] = [bx, by];
  }
  return out.length === 1 ? [...out, ...out] : out;
}

/** One shape for each turn of longitude in which the polygon reaches into -180…180. */
function loadPolygon(ground: Ground, slot: number, rings: readonly Ring[], last: number): number {
  const { tree, shapes, vertices } = ground;
  const box = boxOf(rings[0] ?? []);
  const [west = NaN, south = NaN, east = NaN, north = NaN] = box;
  let count = 0;
  for (const ring of rings) for (let i = 0; i < ring.length; i++) if (!isRepeat(ring, i)) count++;
  const finest = levelOf(Math.max(east - west, north - south)) + Math.max(4, Math.ceil(Math.log2(count)) + 1);
  let next = last;
  for (let turn = -720; turn <= 720; turn += 360) {
    if (west + turn >= 180 || east + turn < -180) continue;
    const shape = shapes.add(polygonKind, Math.max(1, Math.min(deepest, finest)), slot, next);
    const first = vertices.allocate(count);
    const runs: number[] = [];
    let v = first;
    for (const ring of rings) {
      const edges = storeRing(vertices, v, ring, turn) - 1;
      runs.push(v, edges);
      v += edges + 1;
    }
    shapes.set(shape, [west + turn, south, east + turn, north, first, count]);
    tree.insert(shape, runs);
    next = shape;
  }
  return next;
}

/** West, south, east and north of a ring. */
function boxOf(ring: Ring): Float64Array {
  const box = Float64Array.of(Infinity, Infinity, -Infinity, -Infinity);
  for (let i = 0; i < ring.length; i++)
    for (let axis = 0; axis < 2; axis++) {
      const value = ring[i]?.[axis] ?? NaN;
      if (value < (box[axis] ?? 0)) box[axis] = value;
      if (value > (box[axis + 2] ?? 0)) box[axis + 2] = value;
    }
  return box;
}

/** Whether a position of a ring is the same as the one before. */
function isRepeat(ring: Ring, i: number): boolean {
  const at = ring[i];
  const before = ring[i - 1];
  return at !== undefined && before !== undefined && at[0] === before[0] && at[1] === before[1];
}

/** Writes a ring without its repeats from vertex `first`; answers how many vertices these are. */
function storeRing(vertices: Vertices, first: number, ring: Ring, turn: number): number {
  const page = vertices.page(first);
  const from = vertices.start(first);
  let to = from;
  for (let i = 0; i < ring.length; i++) {
    if (isRepeat(ring, i)) continue;
    page[to++] = (ring[i]?.[0] ?? NaN) + turn;
    page[to++] = ring[i]?.[1] ?? NaN;
  }
  return (to - from) / 2;
}

/** Deepest level whose cells are at least this many degrees wide. */
function levelOf(degrees: number): number {
  return Math.max(0, Math.floor(Math.log2(360 / Math.max(degrees, 1e-9))));
}

import { anchorLat, anchorLon } from "./anchor.ts";
import { circleBox, circleOver } from "./circle.ts";
import { corridorOver } from "./corridor.ts";
import { bits, column, deepest, latOf, lonOf, row, sideOf, slack } from "./cells.ts";
import { Lists } from "./lists.ts";
import { nearestEquator, pathBound } from "./measure.ts";
import { piecesNear } from "./near.ts";
import { edgesInBox, onEdge, parity } from "./polygon.ts";
import { circleKind, corridorKind, polygonKind, stride, type Shapes } from "./shapes.ts";
import type { Vertices } from "./vertices.ts";

/** A leaf whose entries weigh more is divided, as long as that helps one of its shapes. */
const capacity = 18;
/** So many edges of a shape, in all its cells, for each of its own, may ask for division; a comb of long teeth meets too many cells. */
const spread = 24;
/** Instead of the head of an entry: the shape does not meet the cell, or holds all of it. */
const outside = -1;
const covered = -2;
/** Integers a node. */
const nodeSize = 4;

/**
 * The adaptive tree of cells. A node is four integers:
 *
 * ```
 * [0] first of four children, 0 for a leaf      [2] list of boundary entries (leaves only)
 * [1] list of shapes that cover the whole cell   [3] weight of the entries that may ask for division
 * ```
 * A boundary entry is `shape, head, (first, count)…`: only those edges of the shape that meet the cell, and in
 * `head` whether the cell's anchor lies inside (bit 0), which anchor that is (8 bits), the number of runs.
 */
export class CellTree {
  nodes: Int32Array = new Int32Array(nodeSize * 64);
  readonly lists: Lists = new Lists();
  readonly #shapes: Shapes;
  readonly #vertices: Vertices;
  #top = nodeSize;
  #freeBlock = 0;
  #scratch: Int32Array = new Int32Array(1024);
  #used = 0;
  /** Edges that the shape being inserted may still put into cells that ask for division. */
  #allowance = 0;

  constructor(shapes: Shapes, vertices: Vertices) {
    this.#shapes = shapes;
    this.#vertices = vertices;
  }

  get bytes(): number {
    return this.nodes.byteLength + this.lists.bytes + this.#scratch.byteLength;
  }

  /** Adds a shape whose numbers are set; `rings` are runs of its vertices (first, number of edges). */
  insert(shape: number, rings: readonly number[]): void {
    const box = this.boxOf(shape);
    this.#used = 0;
    this.#reserve(rings.length);
    for (const [i, value] of rings.entries()) this.#scratch[i] = value;
    this.#used = rings.length;
    this.#allowance = 2_048 + spread * edgeCount(this.#scratch, 0, rings.length >> 1);
    let node = 0;
    let level = 0;
    let x = 0;
    let y = 0;
    const [west, south] = [column(Math.max(-180, box[0] - slack)), row(Math.max(-90, box[1] - slack))];
    const [east, north] = [column(Math.min(180, box[2] + slack)), row(Math.min(90, box[3] + slack))];
    for (let shift = bits - 1; this.nodes[node] !== 0; shift--) {
      if ((west ^ east) >>> shift !== 0 || (south ^ north) >>> shift !== 0) break;
      const right = (west >>> shift) & 1;
      const up = (south >>> shift) & 1;
      node = (this.nodes[node] ?? 0) + ((up << 1) | right) * nodeSize;
      level++;
      x |= right << shift;
      y |= up << shift;
    }
    // From a place beside the whole shape, which is outside, the way to any anchor is judged by all edges.
    this.#place(node, level, x, y, shape, 0, rings.length >> 1, box[0] - 1.234_567, box[1] - 0.765_432, 0);
  }

  /** Takes a shape out of all cells. */
  remove(shape: number): void {
    const [west, south, east, north] = this.boxOf(shape);
    this.#removeBelow(0, -180, -90, 360, shape, west - 1e-6, south - 1e-6, east + 1e-6, north + 1e-6);
  }

  /** Box of a shape in degrees. */
  boxOf(shape: number): readonly [west: number, south: number, east: number, north: number] {
    const s = this.#shapes;
    if (s.kind[shape] === circleKind) return circleBox(s.get(shape, 0), s.get(shape, 1), s.get(shape, 2));
    return [s.get(shape, 0), s.get(shape, 1), s.get(shape, 2), s.get(shape, 3)];
  }

  /**
   * Calls `found` with each shape that contains the place (normalised), its boundary included. A fence of several shapes can
   * be found several times.
   */
  shapesAt(lon: number, lat: number, found: (shape: number) => void): void {
    const nodes = this.nodes;
    const data = this.lists.data;
    const x = column(lon);
    const y = row(lat);
    let node = 0;
    let shift = bits - 1;
    for (;;) {
      const full = nodes[node + 1] ?? 0;
      const end = full + this.lists.length(full);
      for (let i = full + 1; i <= end; i++) found(data[i] ?? 0);
      const child = nodes[node] ?? 0;
      if (child === 0) break;
      node = child + ((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1)) * nodeSize;
      shift--;
    }
    const level = bits - 1 - shift;
    const bound = nodes[node + 2] ?? 0;
    const end = bound + this.lists.length(bound);
    const mask = ~((1 << (shift + 1)) - 1);
    for (let i = bound + 1; i <= end;) {
      const shape = data[i] ?? 0;
      const head = data[i + 1] ?? 0;
      if (this.#holds(shape, head, i + 2, lon, lat, x & mask, y & mask, level)) found(shape);
      i += 2 + 2 * (head >>> 9);
    }
  }

  /** Whether a boundary passes through the leaf of a place. */
  boundaryAt(lon: number, lat: number): boolean {
    const x = column(lon);
    const y = row(lat);
    let node = 0;
    let shift = bits;
    for (let child = this.nodes[0] ?? 0; child !== 0; child = this.nodes[node] ?? 0) {
      shift--;
      node = child + ((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1)) * nodeSize;
    }
    return this.nodes[node + 2] !== 0;
  }

  #holds(
    shape: number,
    head: number,
    at: number,
    lon: number,
    lat: number,
    x: number,
    y: number,
    level: number,
  ): boolean {
    const kind = this.#shapes.kind[shape];
    if (kind === circleKind) return circleOver(this.#shapes.numbers, shape, lon, lat) <= 0;
    const data = this.lists.data;
    if (kind === corridorKind)
      return corridorOver(this.#vertices, data, at, head >>> 9, this.#shapes.get(shape, 6), lon, lat) <= 0;
    const attempt = (head >>> 1) & 255;
    const crossings = parity(
      this.#vertices,
      data,
      at,
      head >>> 9,
      anchorLon(x, level, attempt),
      anchorLat(y, level, attempt),
      lon,
      lat,
    );
    return crossings === onEdge || ((head & 1) ^ crossings) === 1;
  }

  /**
   * Judges a shape against one cell, given what is true of a larger one: its runs in the scratch, and a place
   * (`px`, `py`) there, not on an edge, that is inside (1) or outside (0).
   */
  #place(
    node: number,
    level: number,
    x: number,
    y: number,
    shape: number,
    at: number,
    count: number,
    px: number,
    py: number,
    inside: number,
  ): void {
    const side = sideOf(level);
    // The box also keeps round shapes out of cells that `remove` would not look into.
    if (this.#isApart(shape, lonOf(x) - slack, latOf(y) - slack, side + 2 * slack)) return;
    const from = this.#used;
    const head =
      this.#shapes.kind[shape] === polygonKind
        ? this.#placePolygon(level, x, y, at, count, px, py, inside)
        : this.#placeRound(level, x, y, shape, at, count);
    if (head === covered) this.nodes[node + 1] = this.lists.push(this.nodes[node + 1] ?? 0, shape);
    if (head < 0) return;
    this.#used = from + 2 * (head >>> 9);
    this.#addTo(node, level, x, y, shape, head, from);
    this.#used = from;
  }

  /** Leaves the edges in the cell at the end of the scratch; answers the head of the entry, `covered` or `outside`. */
  #placePolygon(
    level: number,
    x: number,
    y: number,
    at: number,
    count: number,
    px: number,
    py: number,
    inside: number,
  ): number {
    const side = sideOf(level) + slack;
    const west = lonOf(x);
    const south = latOf(y);
    this.#reserve(2 * edgeCount(this.#scratch, at, count) + 2);
    const scratch = this.#scratch;
    const box = [west - slack, south - slack, west + side, south + side] as const;
    const runs = edgesInBox(this.#vertices, scratch, at, count, ...box, scratch, this.#used);
    let attempt = -1;
    let crossings = onEdge;
    while (crossings === onEdge && attempt < 255) {
      attempt++;
      const [ax, ay] = [anchorLon(x, level, attempt), anchorLat(y, level, attempt)];
      crossings = parity(this.#vertices, scratch, at, count, px, py, ax, ay);
    }
    const now = (inside ^ crossings) & 1;
    if (runs === 0) return now === 1 ? covered : outside;
    return now | (attempt << 1) | (runs << 9);
  }

  /** The same for circles and corridors, whose distance from the middle of the cell and the cell's reach decide. */
  #placeRound(level: number, x: number, y: number, shape: number, at: number, count: number): number {
    const half = sideOf(level) / 2;
    const south = latOf(y);
    if (south > 90) return outside;
    const lon = lonOf(x) + half;
    const lat = Math.min(90, south + half);
    const reach = pathBound(half, half, nearestEquator(south, south + 2 * half)) + 1e-3;
    if (this.#shapes.kind[shape] === circleKind) {
      const over = circleOver(this.#shapes.numbers, shape, lon, lat);
      return over > reach ? outside : over <= -reach ? covered : 0;
    }
    const radius = this.#shapes.get(shape, 6);
    this.#reserve(2 * edgeCount(this.#scratch, at, count) + 2);
    const scratch = this.#scratch;
    const from = this.#used;
    const runs = piecesNear(this.#vertices, scratch, at, count, radius + reach, lon, lat, scratch, from);
    if (runs === 0) return outside;
    const over = corridorOver(this.#vertices, scratch, from, runs, radius, lon, lat);
    return over <= -reach ? covered : runs << 9;
  }

  /** Whether the box of a shape and a square share nothing. */
  #isApart(shape: number, west: number, south: number, side: number): boolean {
    if (this.#shapes.kind[shape] === circleKind) {
      const box = this.boxOf(shape);
      return box[0] > west + side || box[2] < west || box[1] > south + side || box[3] < south;
    }
    const { numbers } = this.#shapes;
    const n = shape * stride;
    return (
      (numbers[n] ?? 0) > west + side ||
      (numbers[n + 2] ?? 0) < west ||
      (numbers[n + 1] ?? 0) > south + side ||
      (numbers[n + 3] ?? 0) < south
    );
  }

  /** The shape's boundary meets the cell; its runs are in the scratch at `at`. */
  #addTo(node: number, level: number, x: number, y: number, shape: number, head: number, at: number): void {
    if (this.nodes[node] !== 0) {
      this.#toChildren(node, level, x, y, shape, head, at);
      return;
    }
    const lists = this.lists;
    let bound = lists.push(this.nodes[node + 2] ?? 0, shape);
    bound = lists.push(bound, head);
    bound = lists.append(bound, this.#scratch, at, 2 * (head >>> 9));
    this.nodes[node + 2] = bound;
    const weight = this.#weight(shape, at, head >>> 9);
    this.#allowance -= weight;
    if (level >= deepest || level >= (this.#shapes.finest[shape] ?? 0) || this.#allowance < 0) return;
    this.nodes[node + 3] = (this.nodes[node + 3] ?? 0) + weight;
    if ((this.nodes[node + 3] ?? 0) > capacity) this.#split(node, level, x, y);
  }

  #weight(shape: number, at: number, count: number): number {
    const kind = this.#shapes.kind[shape];
    return kind === circleKind ? 3 : edgeCount(this.#scratch, at, count) * (kind === corridorKind ? 3 : 1);
  }

  #toChildren(
    node: number,
    level: number,
    x: number,
    y: number,
    shape: number,
    head: number,
    at: number,
  ): void {
    const attempt = (head >>> 1) & 255;
    const px = anchorLon(x, level, attempt);
    const py = anchorLat(y, level, attempt);
    const step = 1 << (bits - 1 - level);
    const child = this.nodes[node] ?? 0;
    for (let c = 0; c < 4; c++)
      this.#place(
        child + c * nodeSize,
        level + 1,
        x + (c & 1) * step,
        y + (c >> 1) * step,
        shape,
        at,
        head >>> 9,
        px,
        py,
        head & 1,
      );
  }

  #split(node: number, level: number, x: number, y: number): void {
    const bound = this.nodes[node + 2] ?? 0;
    this.nodes[node + 2] = 0;
    this.nodes[node + 3] = 0;
    const block = this.#takeBlock();
    this.nodes[node] = block;
    const length = this.lists.length(bound);
    for (let i = 1; i <= length;) {
      const shape = this.lists.data[bound + i] ?? 0;
      const head = this.lists.data[bound + i + 1] ?? 0;
      const size = 2 * (head >>> 9);
      const at = this.#used;
      this.#reserve(size);
      for (let k = 0; k < size; k++) this.#scratch[at + k] = this.lists.data[bound + i + 2 + k] ?? 0;
      this.#used = at + size;
      this.#toChildren(node, level, x, y, shape, head, at);
      this.#used = at;
      i += 2 + size;
    }
    this.lists.release(bound);
  }

  #takeBlock(): number {
    const free = this.#freeBlock;
    if (free !== 0) {
      this.#freeBlock = this.nodes[free + 1] ?? 0;
      this.nodes.fill(0, free, free + 4 * nodeSize);
      return free;
    }
    const block = this.#top;
    this.#top += 4 * nodeSize;
    if (this.#top > this.nodes.length) {
      const grown = new Int32Array(Math.ceil(this.nodes.length * 0.4) * 4);
      grown.set(this.nodes);
      this.nodes = grown;
    }
    return block;
  }

  #removeBelow(
    node: number,
    lon: number,
    lat: number,
    side: number,
    shape: number,
    west: number,
    south: number,
    east: number,
    north: number,
  ): void {
    if (lon > east || lon + side < west || lat > north || lat + side < south) return;
    const full = this.nodes[node + 1] ?? 0;
    if (full !== 0 && this.lists.includes(full, shape)) {
      this.nodes[node + 1] = this.lists.remove(full, shape);
      return;
    }
    const child = this.nodes[node] ?? 0;
    if (child === 0) {
      this.#removeEntry(node, shape);
      return;
    }
    const half = side / 2;
    for (let c = 0; c < 4; c++)
      this.#removeBelow(
        child + c * nodeSize,
        lon + (c & 1) * half,
        lat + (c >> 1) * half,
        half,
        shape,
        west,
        south,
        east,
        north,
      );
    this.#collapse(node, child);
  }

  #removeEntry(node: number, shape: number): void {
    const bound = this.nodes[node + 2] ?? 0;
    const length = this.lists.length(bound);
    for (let i = 1; i <= length;) {
      const head = this.lists.data[bound + i + 1] ?? 0;
      const size = 2 + 2 * (head >>> 9);
      if (this.lists.data[bound + i] === shape) {
        this.nodes[node + 2] = this.lists.cut(bound, i - 1, size);
        // Which of the weight was this shape's is not kept: a cell that is divided late is only a little slower.
        this.nodes[node + 3] = 0;
        return;
      }
      i += size;
    }
  }

  /** Four empty leaves become one again. */
  #collapse(node: number, child: number): void {
    for (let i = child; i < child + 4 * nodeSize; i++) if (this.nodes[i] !== 0) return;
    this.nodes[child + 1] = this.#freeBlock;
    this.#freeBlock = child;
    this.nodes[node] = 0;
  }

  #reserve(count: number): void {
    if (this.#used + count <= this.#scratch.length) return;
    const grown = new Int32Array((this.#used + count) * 2);
    grown.set(this.#scratch);
    this.#scratch = grown;
  }
}

/** Number of edges in some runs. */
function edgeCount(runs: Int32Array, at: number, count: number): number {
  let edges = 0;
  for (let r = 0; r < count; r++) edges += runs[at + 2 * r + 1] ?? 0;
  return edges;
}

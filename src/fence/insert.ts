import { anchorLat, anchorLon } from "./anchor.ts";
import { bits, column, deepest, latOf, lonOf, row, sideOf, slack } from "./cells.ts";
import { covered, divideEdges, outside } from "./divide.ts";
import {
  entryHead,
  entryPageBits,
  entryPageMask,
  headOf,
  kindIn,
  listHead,
  runsIn,
  withRuns,
} from "./entries.ts";
import type { Entries } from "./entries.ts";
import type { Nodes } from "./nodes.ts";
import { edgesInBox, onEdge, parityFromWest } from "./polygon.ts";
import { RoundCells } from "./round.ts";
import { circleKind, corridorKind, polygonKind, type Shapes } from "./shapes.ts";
import type { Vertices } from "./vertices.ts";

/** A leaf whose entries weigh more is divided, as long as that helps one of its shapes. */
const capacity = 18;
/** So many edges of a shape, in all its cells, for each of its own, may ask for division; a comb of long teeth meets too many cells. */
const spread = 24;
/** Scratch of so many integers is given back after the shape that needed it. */
const spareScratch = 1 << 18;

/** Puts shapes into the cells, from the smallest cell that holds all of one down to the leaves. */
export class Inserter {
  readonly #nodes: Nodes;
  readonly #entries: Entries;
  readonly #shapes: Shapes;
  readonly #vertices: Vertices;
  readonly #round: RoundCells;
  /** Runs of the entries on the way down, and for each of their edges the children it meets; both are stacks. */
  #runs: Int32Array = new Int32Array(4096);
  #used = 0;
  #masks: Uint8Array = new Uint8Array(1024);
  #marked = 0;
  /** Edges that the shape being inserted may still put into cells that ask for division. */
  #allowance = 0;

  constructor(nodes: Nodes, entries: Entries, shapes: Shapes, vertices: Vertices) {
    this.#nodes = nodes;
    this.#entries = entries;
    this.#shapes = shapes;
    this.#vertices = vertices;
    this.#round = new RoundCells(shapes, vertices);
  }

  get bytes(): number {
    return this.#runs.byteLength + this.#masks.byteLength;
  }

  /** Adds a shape whose numbers are set and which lies in `box`; `rings` are runs of its vertices (first, number of edges). */
  insert(
    shape: number,
    box: readonly [west: number, south: number, east: number, north: number],
    rings: readonly number[],
  ): void {
    this.#reserve(rings.length);
    for (const [i, value] of rings.entries()) this.#runs[i] = value;
    this.#used = rings.length;
    this.#allowance = 2_048 + spread * this.#edges(0, rings.length >> 1);
    let node = 0;
    let level = 0;
    let x = 0;
    let y = 0;
    const [west, south] = [column(Math.max(-180, box[0] - slack)), row(Math.max(-90, box[1] - slack))];
    const [east, north] = [column(Math.min(180, box[2] + slack)), row(Math.min(90, box[3] + slack))];
    for (let shift = bits - 1; this.#nodes.link(node) > 0; shift--) {
      if ((west ^ east) >>> shift !== 0 || (south ^ north) >>> shift !== 0) break;
      const right = (west >>> shift) & 1;
      const up = (south >>> shift) & 1;
      node = this.#nodes.link(node) + ((up << 1) | right);
      level++;
      x |= right << shift;
      y |= up << shift;
    }
    this.#round.take(shape);
    const from = this.#used;
    const head = this.#first(shape, level, x, y, rings.length >> 1);
    this.#place(node, level, x, y, shape, head, from);
    this.#used = 0;
    if (this.#runs.length > spareScratch) this.#runs = new Int32Array(4096);
    if (this.#masks.length > spareScratch) this.#masks = new Uint8Array(1024);
  }

  /** The shape judged against the first cell; its runs there are left on the stack. */
  #first(shape: number, level: number, x: number, y: number, count: number): number {
    const kind = this.#shapes.kind[shape];
    if (kind === circleKind) return this.#round.circle(level, x, y);
    const to = this.#used;
    this.#reserve(2 * this.#edges(0, count));
    if (kind === corridorKind) {
      const head = this.#round.corridor(level, x, y, this.#runs, 0, withRuns(0, count), to);
      this.#used = to + 2 * this.#round.count;
      return head < 0 ? head : withRuns(head, this.#round.count);
    }
    const west = lonOf(x) - slack;
    const south = latOf(y) - slack;
    const side = sideOf(level) + 2 * slack;
    const east = west + side;
    const runs = edgesInBox(
      this.#vertices,
      this.#runs,
      0,
      count,
      west,
      south,
      east,
      south + side,
      this.#runs,
      to,
    );
    this.#used = to + 2 * runs;
    let attempt = 0;
    let inside: number;
    do {
      const lon = anchorLon(x, level, attempt);
      inside = parityFromWest(this.#vertices, this.#runs, 0, count, lon, anchorLat(y, level, attempt));
    } while (inside === onEdge && ++attempt < 256);
    if (runs === 0) return (inside & 1) === 1 ? covered : outside;
    return withRuns(headOf(inside & 1, polygonKind, attempt & 255), runs);
  }

  /** What was found of a shape in a cell goes into the tree; its runs lie on the stack at `at`. */
  #place(node: number, level: number, x: number, y: number, shape: number, head: number, at: number): void {
    if (head === outside) return;
    if (head === covered) this.#nodes.cover(node, shape);
    else if (this.#nodes.link(node) > 0) this.#toChildren(node, level, x, y, shape, head, at);
    else this.#toLeaf(node, level, x, y, shape, head, at);
  }

  #toLeaf(node: number, level: number, x: number, y: number, shape: number, head: number, at: number): void {
    const known = 0 - this.#nodes.link(node);
    let weight = this.#weight(head, at);
    this.#allowance -= weight;
    if (level >= deepest || level >= (this.#shapes.finest[shape] ?? 0) || this.#allowance < 0) weight = 0;
    else if (this.#entries.weight(known) + weight > capacity) {
      this.#split(node, level, x, y);
      this.#turnTo(shape, head);
      this.#toChildren(node, level, x, y, shape, head, at);
      return;
    }
    this.#nodes.setLink(node, -this.#entries.append(known, weight, shape, head, this.#runs, at));
  }

  #weight(head: number, at: number): number {
    const kind = kindIn(head);
    return kind === circleKind ? 3 : this.#edges(at, runsIn(head)) * (kind === corridorKind ? 3 : 1);
  }

  /** Tells what measures round shapes that it is about another one. */
  #turnTo(shape: number, head: number): void {
    if (kindIn(head) !== polygonKind) this.#round.take(shape);
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
    if (kindIn(head) === polygonKind) this.#edgesToChildren(node, level, x, y, shape, head, at);
    else this.#roundToChildren(node, level, x, y, shape, head, at);
  }

  #edgesToChildren(
    node: number,
    level: number,
    x: number,
    y: number,
    shape: number,
    head: number,
    at: number,
  ): void {
    const edges = this.#edges(at, runsIn(head));
    const heads = this.#used;
    const marked = this.#marked;
    this.#reserve(4 + 2 * edges);
    this.#reserveMasks(edges);
    divideEdges(this.#vertices, this.#runs, at, head, level, x, y, this.#masks, marked, heads);
    this.#used += 4;
    this.#marked += edges;
    const step = 1 << (bits - 1 - level);
    for (let c = 0; c < 4; c++) {
      let childHead = this.#runs[heads + c] ?? outside;
      const from = this.#used;
      if (childHead >= 0) childHead = withRuns(childHead, this.#pick(1 << c, marked, at, runsIn(head)));
      const child = this.#nodes.link(node) + c;
      this.#place(child, level + 1, x + (c & 1) * step, y + (c >> 1) * step, shape, childHead, from);
      this.#used = from;
    }
    this.#used = heads;
    this.#marked = marked;
  }

  /** Puts the runs of those edges on the stack that meet a child; answers how many runs. */
  #pick(child: number, marked: number, at: number, count: number): number {
    this.#reserve(2 * this.#edges(at, count));
    const runs = this.#runs;
    const masks = this.#masks;
    let m = marked;
    let to = this.#used;
    for (let r = 0; r < count; r++) {
      const first = runs[at + 2 * r] ?? 0;
      const last = first + (runs[at + 2 * r + 1] ?? 0);
      let edges = 0;
      for (let v = first; v < last; v++)
        if (((masks[m++] ?? 0) & child) !== 0) {
          if (edges++ === 0) runs[to] = v;
        } else if (edges > 0) {
          runs[to + 1] = edges;
          to += 2;
          edges = 0;
        }
      if (edges > 0) {
        runs[to + 1] = edges;
        to += 2;
      }
    }
    const found = (to - this.#used) >> 1;
    this.#used = to;
    return found;
  }

  #roundToChildren(
    node: number,
    level: number,
    x: number,
    y: number,
    shape: number,
    head: number,
    at: number,
  ): void {
    const isCircle = kindIn(head) === circleKind;
    const step = 1 << (bits - 1 - level);
    const from = this.#used;
    for (let c = 0; c < 4; c++) {
      const cellX = x + (c & 1) * step;
      const cellY = y + (c >> 1) * step;
      let childHead: number;
      if (isCircle) childHead = this.#round.circle(level + 1, cellX, cellY);
      else {
        this.#reserve(2 * this.#edges(at, runsIn(head)));
        childHead = this.#round.corridor(level + 1, cellX, cellY, this.#runs, at, head, from);
        if (childHead >= 0) childHead = withRuns(childHead, this.#round.count);
        this.#used = from + 2 * this.#round.count;
      }
      const child = this.#nodes.link(node) + c;
      this.#place(child, level + 1, cellX, cellY, shape, childHead, from);
      // On the way down the leaves that were divided may have been about other shapes.
      this.#turnTo(shape, head);
      this.#used = from;
    }
  }

  /** Divides a leaf and sorts its entries into the children. */
  #split(node: number, level: number, x: number, y: number): void {
    const ref = 0 - this.#nodes.link(node);
    this.#nodes.divide(node);
    const page = this.#entries.pages[ref >>> entryPageBits];
    if (ref === 0 || page === undefined) return;
    const start = (ref & entryPageMask) + listHead;
    const end = start + (page[start - 1] ?? 0);
    for (let i = start; i < end;) {
      const shape = page[i] ?? 0;
      const head = page[i + 1] ?? 0;
      const size = 2 * runsIn(head);
      const at = this.#used;
      this.#reserve(size);
      for (let k = 0; k < size; k++) this.#runs[at + k] = page[i + entryHead + k] ?? 0;
      this.#used = at + size;
      this.#turnTo(shape, head);
      this.#toChildren(node, level, x, y, shape, head, at);
      this.#used = at;
      i += entryHead + size;
    }
    this.#entries.release(ref);
  }

  /** Number of edges in some runs on the stack. */
  #edges(at: number, count: number): number {
    let edges = 0;
    for (let r = 0; r < count; r++) edges += this.#runs[at + 2 * r + 1] ?? 0;
    return edges;
  }

  #reserve(count: number): void {
    if (this.#used + count <= this.#runs.length) return;
    const grown = new Int32Array((this.#used + count) * 2);
    grown.set(this.#runs);
    this.#runs = grown;
  }

  #reserveMasks(count: number): void {
    if (this.#marked + count <= this.#masks.length) return;
    const grown = new Uint8Array((this.#marked + count) * 2);
    grown.set(this.#masks);
    this.#masks = grown;
  }
}

import { anchorLat, anchorLon } from "./anchor.ts";
import { bits, column, deepest, row, slack } from "./cells.ts";
import { covered, divideEdges, outside } from "./divide.ts";
import { endOfEntries, firstEntry, type Entries } from "./entries.ts";
import {
  entryHead,
  headOf,
  kindIn,
  nextEntry,
  runsIn,
  withoutSketch,
  withRuns,
  withSketch,
} from "./entry.ts";
import type { Nodes } from "./nodes.ts";
import { edgesInCell, onEdge, parityFromWest } from "./polygon.ts";
import { RoundCells } from "./round.ts";
import { RunStack } from "./run-stack.ts";
import { circleKind, corridorKind, polygonKind, type Shapes } from "./shapes.ts";
import { drawSketch } from "./sketch.ts";
import type { Vertices } from "./vertices.ts";

/** A leaf whose entries weigh more is divided, as long as that helps one of its shapes. */
const capacity = 28;
/** So many edges of a shape, in all its cells, for each of its own, may ask for division; a comb of long teeth meets too many cells. */
const spread = 24;

/** Puts shapes into the cells, from the smallest cell that holds all of one down to the leaves. */
export class Inserter {
  readonly #nodes: Nodes;
  readonly #entries: Entries;
  readonly #shapes: Shapes;
  readonly #vertices: Vertices;
  readonly #round: RoundCells;
  readonly #stack: RunStack = new RunStack();
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
    return this.#stack.bytes;
  }

  /** Adds a shape whose numbers are set and which lies in `box`; `rings` are runs of its vertices (first, number of edges). */
  insert(
    shape: number,
    box: readonly [west: number, south: number, east: number, north: number],
    rings: readonly number[],
  ): void {
    const stack = this.#stack;
    const count = rings.length >> 1;
    stack.reserve(rings.length);
    stack.data.set(rings);
    stack.used = rings.length;
    this.#allowance = 2_048 + spread * stack.edges(0, count);
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
    const head = this.#first(shape, level, x, y, count);
    this.#place(node, level, x, y, shape, head, rings.length);
    stack.clear();
  }

  /** Judges the shape, whose runs begin the stack, against its first cell; its runs there are put on the stack. */
  #first(shape: number, level: number, x: number, y: number, count: number): number {
    const stack = this.#stack;
    const kind = this.#shapes.kind[shape];
    if (kind === circleKind) return this.#round.circle(level, x, y);
    const to = stack.used;
    stack.reserve(2 * stack.edges(0, count));
    if (kind === corridorKind) {
      const head = this.#round.corridor(level, x, y, stack.data, 0, count, to);
      stack.used = to + 2 * this.#round.count;
      return head < 0 ? head : withRuns(head, this.#round.count);
    }
    const runs = edgesInCell(this.#vertices, stack.data, count, level, x, y, to);
    stack.used = to + 2 * runs;
    let attempt = 0;
    let inside: number;
    do {
      const lon = anchorLon(x, level, attempt);
      inside = parityFromWest(this.#vertices, stack.data, 0, count, lon, anchorLat(y, level, attempt));
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
    const stack = this.#stack;
    const ref = 0 - this.#nodes.link(node);
    const runs = runsIn(head);
    const edges = stack.edges(at, runs);
    const isPolygon = kindIn(head) === polygonKind;
    let weight = isPolygon ? edges : 3 * Math.max(1, edges);
    this.#allowance -= weight;
    if (level >= deepest || level >= (this.#shapes.finest[shape] ?? 0) || this.#allowance < 0) weight = 0;
    else if (this.#entries.weight(ref) + weight > capacity) {
      this.#split(node, level, x, y);
      this.#turnTo(shape, head);
      this.#toChildren(node, level, x, y, shape, head, at);
      return;
    }
    let size = 2 * runs;
    let drawn = 0;
    if (isPolygon) {
      stack.used = at + size;
      stack.reserve(edges + runs);
      drawn = drawSketch(this.#vertices, stack.data, at, runs, level, x, y, at + size);
    }
    size += drawn;
    const drawnHead = drawn === 0 ? head : withSketch(head);
    const to = this.#entries.append(ref, weight, shape, drawnHead, stack.data, at, size);
    this.#nodes.setLink(node, -to);
  }

  /** Tells what measures round shapes that it is about this one. */
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
    const stack = this.#stack;
    const runs = runsIn(head);
    const edges = stack.edges(at, runs);
    const heads = stack.used;
    const marked = stack.marked;
    stack.reserve(4);
    stack.reserveMarks(edges);
    divideEdges(this.#vertices, stack.data, at, head, level, x, y, stack.marks, marked, heads);
    stack.used += 4;
    stack.marked += edges;
    const step = 1 << (bits - 1 - level);
    for (let c = 0; c < 4; c++) {
      let childHead = stack.data[heads + c] ?? outside;
      const from = stack.used;
      if (childHead >= 0) childHead = withRuns(childHead, stack.pick(at, runs, marked, 1 << c));
      const child = this.#nodes.link(node) + c;
      this.#place(child, level + 1, x + (c & 1) * step, y + (c >> 1) * step, shape, childHead, from);
      stack.used = from;
    }
    stack.used = heads;
    stack.marked = marked;
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
    const stack = this.#stack;
    const isCircle = kindIn(head) === circleKind;
    const step = 1 << (bits - 1 - level);
    const from = stack.used;
    for (let c = 0; c < 4; c++) {
      const cellX = x + (c & 1) * step;
      const cellY = y + (c >> 1) * step;
      let childHead: number;
      if (isCircle) childHead = this.#round.circle(level + 1, cellX, cellY);
      else {
        stack.reserve(2 * stack.edges(at, runsIn(head)));
        childHead = this.#round.corridor(level + 1, cellX, cellY, stack.data, at, runsIn(head), from);
        if (childHead >= 0) childHead = withRuns(childHead, this.#round.count);
        stack.used = from + 2 * this.#round.count;
      }
      this.#place(this.#nodes.link(node) + c, level + 1, cellX, cellY, shape, childHead, from);
      // Leaves that were divided on the way down may have been about other shapes.
      this.#turnTo(shape, head);
      stack.used = from;
    }
  }

  /** Divides a leaf and sorts its entries into the children. */
  #split(node: number, level: number, x: number, y: number): void {
    const stack = this.#stack;
    const ref = 0 - this.#nodes.link(node);
    this.#nodes.divide(node);
    if (ref === 0) return;
    const page = this.#entries.page(ref);
    const end = endOfEntries(page, ref);
    for (let i = firstEntry(ref); i < end; i = nextEntry(page, i)) {
      const shape = page[i] ?? 0;
      const head = withoutSketch(page[i + 1] ?? 0);
      const size = 2 * runsIn(head);
      const at = stack.used;
      stack.reserve(size);
      for (let k = 0; k < size; k++) stack.data[at + k] = page[i + entryHead + k] ?? 0;
      stack.used = at + size;
      this.#turnTo(shape, head);
      this.#toChildren(node, level, x, y, shape, head, at);
      stack.used = at;
    }
    this.#entries.release(ref);
  }
}

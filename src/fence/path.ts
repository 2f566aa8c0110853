import { segmentContact } from "#geo";
import { bits, column, latOf, lonOf, row, sideOf, slack } from "./cells.ts";
import { circleError, circleOver } from "./circle.ts";
import { corridorError, corridorOver } from "./corridor.ts";
import { endOfEntries, firstEntry } from "./entries.ts";
import { entryHead, isSketched, kindIn, nextEntry, runsIn } from "./entry.ts";
import { nearestEquator, pathBound } from "./measure.ts";
import { circleKind, polygonKind, type Shapes } from "./shapes.ts";
import { blur, nextDrawn, sketchScale } from "./sketch.ts";
import type { CellTree } from "./tree.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";
import type { FenceSlots } from "./fences.ts";

/** A fence whose boundary the path may have met. */
export interface Candidate {
  /** Slot of the fence. */
  fence: number;
  /** The shape to measure, -1 for polygons, whose contacts are known already. */
  shape: number;
  /** First and last fraction of the path that touches an edge; Infinity and -Infinity for none so far. */
  first: number;
  last: number;
  /** The pieces of a corridor near the path: first vertex, number of pieces, …. */
  pieces: number[];
}

/**
 * Follows one path between two fixes through the cells and collects the fences whose boundary it meets. Fences
 * it does not meet cannot have changed: what lies between is never looked at.
 */
export class Path {
  /** Start and end in degrees; the end is unwrapped against the start and may lie beyond ±180. */
  px = 0;
  py = 0;
  qx = 0;
  qy = 0;
  /** Number of candidates; those beyond are left over from earlier paths. */
  count = 0;
  readonly candidates: Candidate[] = [];
  /** Upper bound of the path's length in metres, measured when first asked for. */
  #length = -1;
  #question = 0;
  // The path in the turn of longitude that is being followed, and its box.
  #ax = 0;
  #bx = 0;
  #west = 0;
  #east = 0;
  #south = 0;
  #north = 0;
  readonly #tree: CellTree;
  readonly #shapes: Shapes;
  readonly #vertices: Vertices;
  readonly #fences: FenceSlots;

  constructor(tree: CellTree, shapes: Shapes, vertices: Vertices, fences: FenceSlots) {
    this.#tree = tree;
    this.#shapes = shapes;
    this.#vertices = vertices;
    this.#fences = fences;
  }

  get length(): number {
    if (this.#length < 0)
      this.#length =
        pathBound(this.qx - this.px, this.qy - this.py, nearestEquator(this.py, this.qy)) * (1 + 1e-9);
    return this.#length;
  }

  /** Starts a new path and follows it. */
  follow(px: number, py: number, qx: number, qy: number): void {
    this.px = px;
    this.py = py;
    this.qx = qx;
    this.qy = qy;
    this.count = 0;
    this.#length = -1;
    this.#south = py < qy ? py : qy;
    this.#north = py < qy ? qy : py;
    this.nextQuestion();
    this.#turn(0);
    if (qx >= 180) {
      this.#below(0, 0, 0, 0);
      this.#turn(-360);
    } else if (qx < -180) {
      this.#below(0, 0, 0, 0);
      this.#turn(360);
    } else {
      this.#fromCommonCell();
      return;
    }
    this.#below(0, 0, 0, 0);
  }

  /** A number that no fence is marked with. */
  nextQuestion(): number {
    if (++this.#question === 0x7fff_ffff) {
      this.#question = 1;
      this.#fences.seen.fill(0);
    }
    return this.#question;
  }

  /** Makes a fence a candidate that is none yet, without any contact. */
  ensure(fence: number): void {
    for (let i = 0; i < this.count; i++) if (this.candidates[i]?.fence === fence) return;
    this.#add(fence, -1);
  }

  #turn(shift: number): void {
    this.#ax = this.px + shift;
    this.#bx = this.qx + shift;
    this.#west = Math.min(this.#ax, this.#bx);
    this.#east = Math.max(this.#ax, this.#bx);
  }

  #fromCommonCell(): void {
    const { links } = this.#tree.nodes;
    const x = column(this.#ax);
    const y = row(this.py);
    const apart = (x ^ column(this.#bx)) | (y ^ row(this.qy));
    let node = 0;
    let shift = bits;
    for (let link = links[0] ?? 0; link > 0 && apart >>> (shift - 1) === 0; link = links[node] ?? 0) {
      shift--;
      node = link + ((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1));
    }
    const mask = -1 << shift;
    this.#below(node, bits - shift, x & mask, y & mask);
  }

  /** Follows the path through what lies below a cell that it meets. */
  #below(node: number, level: number, x: number, y: number): void {
    const link = this.#tree.nodes.links[node] ?? 0;
    if (link <= 0) {
      if (link < 0) this.#leaf(-link, level, x, y);
      return;
    }
    const step = 1 << (bits - 1 - level);
    const lon = lonOf(x + step);
    const lat = latOf(y + step);
    const left = this.#west <= lon + slack;
    const right = this.#east >= lon - slack;
    if (this.#south <= lat + slack) {
      if (left && this.#meets(level + 1, x, y)) this.#below(link, level + 1, x, y);
      if (right && this.#meets(level + 1, x + step, y)) this.#below(link + 1, level + 1, x + step, y);
    }
    if (this.#north >= lat - slack) {
      if (left && this.#meets(level + 1, x, y + step)) this.#below(link + 2, level + 1, x, y + step);
      if (right && this.#meets(level + 1, x + step, y + step))
        this.#below(link + 3, level + 1, x + step, y + step);
    }
  }

  /** Whether the path meets the cell, a little enlarged: boxes and the path's own line separate. */
  #meets(level: number, x: number, y: number): boolean {
    const side = sideOf(level);
    const west = lonOf(x);
    const south = latOf(y);
    if (this.#west > west + side + slack || this.#east < west - slack) return false;
    if (this.#south > south + side + slack || this.#north < south - slack) return false;
    const nx = this.qy - this.py;
    const ny = this.#ax - this.#bx;
    const half = side / 2;
    const off = Math.abs(nx * (west + half - this.#ax) + ny * (south + half - this.py));
    return off <= (Math.abs(nx) + Math.abs(ny)) * (half + slack);
  }

  /** Looks at the entries of a leaf. */
  #leaf(ref: number, level: number, x: number, y: number): void {
    const page = this.#tree.entries.page(ref);
    const end = endOfEntries(page, ref);
    for (let i = firstEntry(ref); i < end; i = nextEntry(page, i)) {
      const head = page[i + 1] ?? 0;
      if (isSketched(head)) this.#drawn(page, i, level, x, y);
      else if (kindIn(head) === polygonKind) this.#edges(page, i);
      else this.#round(page, i);
    }
  }

  /** A polygon with a sketch: the box of the path tells which edges have to be compared. */
  #drawn(page: Int32Array, at: number, level: number, x: number, y: number): void {
    const scale = sketchScale(level);
    const west = (this.#west - lonOf(x)) * scale - blur;
    const south = (this.#south - latOf(y)) * scale - blur;
    const east = (this.#east - lonOf(x)) * scale + blur;
    const north = (this.#north - latOf(y)) * scale + blur;
    const runs = at + entryHead;
    const count = runsIn(page[at + 1] ?? 0);
    let sketch = runs + 2 * count;
    for (let r = runs; r < runs + 2 * count; r += 2) {
      const edges = page[r + 1] ?? 0;
      let k = nextDrawn(page, sketch, 0, edges, west, south, east, north);
      while (k < edges) {
        this.#edge(page[at] ?? 0, (page[r] ?? 0) + k);
        k = nextDrawn(page, sketch, k + 1, edges, west, south, east, north);
      }
      sketch += edges + 1;
    }
  }

  /** A polygon without a sketch. */
  #edges(page: Int32Array, at: number): void {
    const runs = at + entryHead;
    const count = runsIn(page[at + 1] ?? 0);
    for (let r = runs; r < runs + 2 * count; r += 2) {
      const first = page[r] ?? 0;
      const end = first + (page[r + 1] ?? 0);
      for (let v = first; v < end; v++) this.#edge(page[at] ?? 0, v);
    }
  }

  /** Compares the edge that begins at a vertex with the path. */
  #edge(shape: number, v: number): void {
    const page = this.#vertices.pages[v >>> pageBits];
    if (page === undefined) return;
    const i = (v & pageMask) * 2;
    const ax = page[i] ?? 0;
    const ay = page[i + 1] ?? 0;
    const bx = page[i + 2] ?? 0;
    const by = page[i + 3] ?? 0;
    if ((ax < this.#west && bx < this.#west) || (ax > this.#east && bx > this.#east)) return;
    if ((ay < this.#south && by < this.#south) || (ay > this.#north && by > this.#north)) return;
    const contact = segmentContact(this.#ax, this.py, this.#bx, this.qy, ax, ay, bx, by);
    if (contact === undefined) return;
    const candidate = this.#candidate(shape, true);
    if (contact.first < candidate.first) candidate.first = contact.first;
    if (contact.last > candidate.last) candidate.last = contact.last;
  }

  /** Circles and corridors: nearer to the boundary than the path is long, or nothing can have changed. */
  #round(page: Int32Array, at: number): void {
    const shape = page[at] ?? 0;
    const head = page[at + 1] ?? 0;
    const runs = at + entryHead;
    const count = runsIn(head);
    let over: number;
    let error: number;
    if (kindIn(head) === circleKind) {
      over = circleOver(this.#shapes, shape, this.#bx, this.qy);
      error = circleError(this.#shapes, shape, over);
    } else {
      const radius = this.#shapes.get(shape, 6);
      over = corridorOver(this.#vertices, page, runs, count, radius, this.#bx, this.qy);
      error = corridorError(radius, over);
    }
    if (Math.abs(over) > this.length + error) return;
    const candidate = this.#candidate(shape, false);
    for (let k = runs; k < runs + 2 * count; k++) candidate.pieces.push(page[k] ?? 0);
  }

  #candidate(shape: number, polygon: boolean): Candidate {
    const fence = this.#shapes.fence[shape] ?? 0;
    if (this.#fences.seen[fence] === this.#question)
      for (let i = this.count - 1; i >= 0; i--) {
        const known = this.candidates[i];
        if (known !== undefined && known.fence === fence) return known;
      }
    this.#fences.seen[fence] = this.#question;
    return this.#add(fence, polygon ? -1 : shape);
  }

  #add(fence: number, shape: number): Candidate {
    const reused = this.candidates[this.count];
    const candidate = reused ?? { fence: 0, shape: -1, first: 0, last: 0, pieces: [] };
    if (reused === undefined) this.candidates.push(candidate);
    this.count++;
    candidate.fence = fence;
    candidate.shape = shape;
    candidate.first = Infinity;
    candidate.last = -Infinity;
    candidate.pieces.length = 0;
    return candidate;
  }
}

import { segmentContact } from "#geo";
import { bits, column, latOf, lonOf, row, sideOf, slack } from "./cells.ts";
import { circleOver } from "./circle.ts";
import { corridorOver } from "./corridor.ts";
import { entryHead, entryPageBits, entryPageMask, kindIn, listHead, runsIn } from "./entries.ts";
import { nearestEquator, pathBound } from "./measure.ts";
import { circleKind, polygonKind, type Shapes } from "./shapes.ts";
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
      if (link < 0) this.#leaf(-link);
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
  #leaf(ref: number): void {
    const page = this.#tree.entries.pages[ref >>> entryPageBits];
    if (page === undefined) return;
    const start = (ref & entryPageMask) + listHead;
    for (let i = start, end = start + (page[start - 1] ?? 0); i < end;) {
      const shape = page[i] ?? 0;
      const head = page[i + 1] ?? 0;
      const runs = runsIn(head);
      if (kindIn(head) === polygonKind) this.#edges(shape, page, i + entryHead, runs);
      else this.#round(shape, kindIn(head), page, i + entryHead, runs);
      i += entryHead + 2 * runs;
    }
  }

  #edges(shape: number, data: Int32Array, at: number, count: number): void {
    const west = this.#west;
    const east = this.#east;
    const south = this.#south;
    const north = this.#north;
    for (let r = 0; r < count; r++) {
      const first = data[at + 2 * r] ?? 0;
      const edges = data[at + 2 * r + 1] ?? 0;
      const page = this.#vertices.pages[first >>> pageBits];
      if (page === undefined) continue;
      let i = (first & pageMask) * 2;
      let ax = page[i] ?? 0;
      let ay = page[i + 1] ?? 0;
      for (const end = i + 2 * edges; i < end;) {
        i += 2;
        const bx = page[i] ?? 0;
        const by = page[i + 1] ?? 0;
        const apart =
          (ax < west && bx < west) ||
          (ax > east && bx > east) ||
          (ay < south && by < south) ||
          (ay > north && by > north);
        if (!apart) {
          const contact = segmentContact(this.#ax, this.py, this.#bx, this.qy, ax, ay, bx, by);
          if (contact !== undefined) {
            const candidate = this.#candidate(shape, true);
            if (contact.first < candidate.first) candidate.first = contact.first;
            if (contact.last > candidate.last) candidate.last = contact.last;
          }
        }
        ax = bx;
        ay = by;
      }
    }
  }

  /** Circles and corridors: nearer to the boundary than the path is long, or nothing can have changed. */
  #round(shape: number, kind: number, data: Int32Array, at: number, count: number): void {
    const isCircle = kind === circleKind;
    const over = isCircle
      ? circleOver(this.#shapes, shape, this.#bx, this.qy)
      : corridorOver(this.#vertices, data, at, count, this.#shapes.get(shape, 6), this.#bx, this.qy);
    if (Math.abs(over) > this.length + 0.01) return;
    const candidate = this.#candidate(shape, false);
    if (!isCircle) for (let k = 0; k < 2 * count; k++) candidate.pieces.push(data[at + k] ?? 0);
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

import { distance, normalizeLon } from "#geo";
import { bits, column, row } from "./cells.ts";
import { corridorOver } from "./corridor.ts";
import { EdgeRuler } from "./edge-ruler.ts";
import { endOfEntries, firstEntry } from "./entries.ts";
import { entryHead, nextEntry, runsIn } from "./entry.ts";
import type { FenceSlots } from "./fences.ts";
import type { Ground } from "./load.ts";
import { circleKind, polygonKind } from "./shapes.ts";

/** Parts of one fence whose edges are told apart around one place; where there are more, nothing is decided. */
const mostParts = 64;
/** Cells that one question may look into. */
const mostCells = 50_000;
/** Degrees beyond ±180 where the other side of a cut is asked. */
const beyondCut = 1e-7;

/**
 * How far a place is from the boundary of one fence: the edges of its shapes are gathered from the leaves of the
 * tree around the place. The cost is bounded: where too much lies around, the distance is told as 0.
 */
export class Boundaries {
  readonly #ground: Ground;
  readonly #slots: FenceSlots;
  readonly #ruler: EdgeRuler = new EdgeRuler();
  /** Shapes of the fence that have edges around the place, with the least distances to them. */
  readonly #parts: Int32Array = new Int32Array(mostParts);
  readonly #least: Float64Array = new Float64Array(mostParts);
  readonly #leastOnCut: Float64Array = new Float64Array(mostParts);
  #count = 0;
  #found = false;
  #slot = 0;
  /** One edge within the limit is enough to know. */
  #one = false;
  #left = 0;
  // The box that is being looked through, in columns and rows.
  #west = 0;
  #south = 0;
  #east = 0;
  #north = 0;
  readonly #line: Int32Array = new Int32Array(2);
  readonly #holders: number[] = [];
  readonly #hold = (shape: number): void => {
    if (this.#ground.shapes.fence[shape] === this.#slot) this.#holders.push(shape);
  };
  #near: Set<number> | undefined;

  constructor(ground: Ground, slots: FenceSlots) {
    this.#ground = ground;
    this.#slots = slots;
  }

  /**
   * Metres from a place outside the fence to it; Infinity beyond the limit. With `one`, any distance within the
   * limit instead of the least.
   */
  outside(slot: number, lon: number, lat: number, limit: number, one: boolean): number {
    const { shapes } = this.#ground;
    const first = this.#slots.shapes[slot] ?? -1;
    if (first === -1) return Infinity;
    if (shapes.kind[first] !== polygonKind) return within(this.#round(first, lon, lat), limit);
    this.#gather(slot, lon, lat, limit, one);
    if (this.#isTooMuch) return 0;
    let least = Infinity;
    for (let k = 0; k < this.#count; k++)
      least = Math.min(least, this.#least[k] ?? Infinity, this.#leastOnCut[k] ?? Infinity);
    return least;
  }

  /**
   * Metres from a place inside the fence to its boundary, as the radius of the largest circle around it that one
   * of the fence's parts holds; Infinity beyond the limit. With `one`, any distance within the limit instead.
   */
  inside(slot: number, lon: number, lat: number, limit: number, one: boolean): number {
    const { shapes, tree } = this.#ground;
    const first = this.#slots.shapes[slot] ?? -1;
    if (first === -1) return 0;
    if (shapes.kind[first] !== polygonKind) return within(-this.#round(first, lon, lat), limit);
    const single = shapes.next[first] === -1;
    this.#gather(slot, lon, lat, limit, one && single);
    if (this.#isTooMuch) return 0;
    if (this.#count === 0) return Infinity;
    if (single) return this.#part(first, lat);
    this.#holders.length = 0;
    tree.shapesAt(lon, lat, this.#hold);
    let most = 0;
    for (const shape of this.#holders.slice()) most = Math.max(most, this.#part(shape, lat));
    return most;
  }

  /** Slots of the fences whose boundary lies in a cell within about the limit. */
  around(lon: number, lat: number, limit: number): Set<number> {
    this.#near = new Set();
    this.#gather(-1, lon, lat, limit, false);
    const near = this.#near;
    this.#near = undefined;
    return near;
  }

  get #isTooMuch(): boolean {
    return this.#left < 0 || this.#ruler.exhausted;
  }

  /** Metres to the limit of a circle or corridor, negative inside. */
  #round(shape: number, lon: number, lat: number): number {
    const { shapes, vertices } = this.#ground;
    if (shapes.kind[shape] === circleKind)
      return distance(shapes.get(shape, 0), shapes.get(shape, 1), lon, lat) - shapes.get(shape, 2);
    // Where a corridor covers a cell the tree does not tell its nearest piece, so all are measured.
    this.#line[0] = shapes.get(shape, 4);
    this.#line[1] = shapes.get(shape, 5) - 1;
    return corridorOver(vertices, this.#line, 0, 1, shapes.get(shape, 6), lon, lat);
  }

  /** Distance to the boundary of the part that holds the place; shapes of one polygon in other turns belong to it. */
  #part(holder: number, lat: number): number {
    let least = Infinity;
    let onCut = Infinity;
    let all = Infinity;
    for (let k = 0; k < this.#count; k++) {
      const d = this.#least[k] ?? Infinity;
      if (d < all) all = d;
      if (!this.#isSamePolygon(holder, this.#parts[k] ?? 0)) continue;
      if (d < least) least = d;
      onCut = Math.min(onCut, this.#leastOnCut[k] ?? Infinity);
    }
    if (onCut >= least) return least;
    // The part goes on beyond the cut: then all that the fence has on both sides counts.
    return this.#isCutInside(lat) ? Math.min(least, all) : onCut;
  }

  #isSamePolygon(a: number, b: number): boolean {
    if (a === b) return true;
    const { shapes } = this.#ground;
    for (const index of [1, 3, 5]) if (shapes.get(a, index) !== shapes.get(b, index)) return false;
    const turns = (shapes.get(a, 0) - shapes.get(b, 0)) / 360;
    return Math.abs(turns - Math.round(turns)) < 1e-9;
  }

  /** Whether the fence lies on both sides of ±180 at a latitude. */
  #isCutInside(lat: number): boolean {
    for (const lon of [180 - beyondCut, beyondCut - 180]) {
      this.#holders.length = 0;
      this.#ground.tree.shapesAt(lon, lat, this.#hold);
      if (this.#holders.length === 0) return false;
    }
    return true;
  }

  #gather(slot: number, lon: number, lat: number, limit: number, one: boolean): void {
    const ruler = this.#ruler;
    ruler.aim(lon, lat, limit);
    this.#slot = slot;
    this.#one = one;
    this.#count = 0;
    this.#found = false;
    this.#left = mostCells;
    this.#south = row(Math.max(-90, lat - ruler.up));
    this.#north = row(Math.min(90, lat + ruler.up));
    const [west, east] = [lon - ruler.aside, lon + ruler.aside];
    if (ruler.aside >= 180) {
      this.#look(-180, 180);
      return;
    }
    this.#look(Math.max(-180, west), Math.min(180, east));
    if (west < -180) {
      ruler.lon = lon + 360;
      this.#look(west + 360, 180);
    } else if (east >= 180) {
      ruler.lon = lon - 360;
      this.#look(-180, normalizeLon(east));
    }
  }

  #look(west: number, east: number): void {
    this.#west = column(west);
    this.#east = column(east);
    this.#fromCommonCell();
  }

  /** Goes down to the smallest cell that holds the box, and looks into the leaves from there. */
  #fromCommonCell(): void {
    const { links } = this.#ground.tree.nodes;
    const x = this.#west;
    const y = this.#south;
    const apart = (x ^ this.#east) | (y ^ this.#north);
    let node = 0;
    let shift = bits;
    for (let link = links[0] ?? 0; link > 0 && apart >>> (shift - 1) === 0; link = links[node] ?? 0) {
      shift--;
      node = link + ((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1));
    }
    const mask = -1 << shift;
    this.#walk(node, x & mask, y & mask, shift);
  }

  /** Looks into the leaves that meet the box, below a node whose cell begins at x, y and is 2^shift wide. */
  #walk(node: number, x: number, y: number, shift: number): void {
    if (--this.#left < 0 || this.#ruler.exhausted || (this.#one && this.#found)) return;
    const link = this.#ground.tree.nodes.links[node] ?? 0;
    if (link <= 0) {
      if (link < 0) this.#leaf(-link);
      return;
    }
    const half = shift - 1;
    const middleX = x + (1 << half);
    const middleY = y + (1 << half);
    const left = this.#west < middleX;
    const right = this.#east >= middleX;
    if (this.#south < middleY) {
      if (left) this.#walk(link, x, y, half);
      if (right) this.#walk(link + 1, middleX, y, half);
    }
    if (this.#north >= middleY) {
      if (left) this.#walk(link + 2, x, middleY, half);
      if (right) this.#walk(link + 3, middleX, middleY, half);
    }
  }

  #leaf(ref: number): void {
    const { tree, shapes, vertices } = this.#ground;
    const page = tree.entries.page(ref);
    const end = endOfEntries(page, ref);
    for (let i = firstEntry(ref); i < end; i = nextEntry(page, i)) {
      const shape = page[i] ?? 0;
      const fence = shapes.fence[shape] ?? 0;
      if (this.#near !== undefined) this.#near.add(fence);
      else if (fence === this.#slot) {
        this.#ruler.reset();
        this.#ruler.measure(vertices, page, i + entryHead, runsIn(page[i + 1] ?? 0));
        this.#note(shape, this.#ruler.least, this.#ruler.leastOnCut);
      }
    }
  }

  #note(shape: number, least: number, onCut: number): void {
    if (least === Infinity && onCut === Infinity) return;
    if (least < Infinity) this.#found = true;
    let k = 0;
    while (k < this.#count && this.#parts[k] !== shape) k++;
    if (k === mostParts) {
      this.#left = -1;
      return;
    }
    if (k === this.#count) {
      this.#parts[k] = shape;
      this.#least[k] = Infinity;
      this.#leastOnCut[k] = Infinity;
      this.#count++;
    }
    this.#least[k] = Math.min(this.#least[k] ?? Infinity, least);
    this.#leastOnCut[k] = Math.min(this.#leastOnCut[k] ?? Infinity, onCut);
  }
}

const within = (metres: number, limit: number): number => (metres <= limit ? metres : Infinity);

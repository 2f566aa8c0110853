import { doublePage } from "./pages.ts";

/** What a shape is: one part of a polygon fence (in one turn of longitude), a circle, or a corridor. */
export const polygonKind = 0;
export const circleKind = 1;
export const corridorKind = 2;

/** Numbers kept for each shape. */
export const stride = 8;
/** Shapes of a page of numbers as a power of two. */
const pageBits = 12;
const pageMask = (1 << pageBits) - 1;

/**
 * Shapes are what the cell tree holds; a fence has one or several and covers their union.
 *
 * ```
 * numbers of a polygon   west south east north  firstVertex vertexCount  -      -
 *              corridor  west south east north  firstVertex vertexCount  radius -
 *              circle    lon  lat   radius kx   ky          slopeX       slopeY error
 * ```
 * Degrees and metres; the circle's last five are its local ruler (see `circle.ts`).
 */
export class Shapes {
  kind: Uint8Array = new Uint8Array(64);
  /** Deepest level of cell that is worth splitting for this shape. */
  finest: Uint8Array = new Uint8Array(64);
  /** Slot of the fence. */
  fence: Int32Array = new Int32Array(64);
  /** Next shape of the same fence, -1 at the end. */
  next: Int32Array = new Int32Array(64);
  /** Their numbers, in pages that never move: those of a shape begin at `start(shape)` of `page(shape)`. */
  readonly #pages: Float64Array[] = [];
  #top = 0;
  #free = -1;

  get bytes(): number {
    return (
      this.kind.byteLength +
      this.finest.byteLength +
      this.fence.byteLength +
      this.next.byteLength +
      this.#pages.length * (pageMask + 1) * stride * 8
    );
  }

  add(kind: number, finest: number, fence: number, next: number): number {
    let shape = this.#free;
    if (shape === -1) {
      shape = this.#top++;
      if (shape === this.kind.length) this.#grow();
      if (shape >>> pageBits === this.#pages.length) this.#pages.push(doublePage((pageMask + 1) * stride));
    } else this.#free = this.next[shape] ?? -1;
    this.kind[shape] = kind;
    this.finest[shape] = finest;
    this.fence[shape] = fence;
    this.next[shape] = next;
    return shape;
  }

  release(shape: number): void {
    this.next[shape] = this.#free;
    this.#free = shape;
  }

  /** The page that holds the numbers of a shape. */
  page(shape: number): Float64Array {
    const page = this.#pages[shape >>> pageBits];
    if (page === undefined) throw new RangeError(`no shape ${shape}`);
    return page;
  }

  /** Where the numbers of a shape begin in its page. */
  start(shape: number): number {
    return (shape & pageMask) * stride;
  }

  /** One of the numbers of a shape. */
  get(shape: number, index: number): number {
    return this.page(shape)[this.start(shape) + index] ?? NaN;
  }

  /** Sets the first of the numbers of a shape. */
  set(shape: number, numbers: readonly number[]): void {
    this.page(shape).set(numbers, this.start(shape));
  }

  #grow(): void {
    const size = Math.ceil(this.kind.length * 1.6);
    const grow = <T extends { set(from: T): void }>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.kind = grow(new Uint8Array(size), this.kind);
    this.finest = grow(new Uint8Array(size), this.finest);
    this.fence = grow(new Int32Array(size), this.fence);
    this.next = grow(new Int32Array(size), this.next);
  }
}

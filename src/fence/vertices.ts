import { doublePage } from "./pages.ts";

/** Vertices of a page as a power of two, and the mask of a place in it. */
export const pageBits = 15;
export const pageMask: number = (1 << pageBits) - 1;

/**
 * Coordinates of all fences, lon and lat interleaved, in pages that never move: adding a fence copies nothing
 * of the others. The vertex `v` is at `pages[v >>> pageBits][(v & pageMask) * 2]`; all vertices of one
 * allocation can be read on from there, also past the end of the page.
 */
export class Vertices {
  readonly pages: Float64Array[] = [];
  #top = 0;
  #limit = 0;
  #bytes = 0;
  /** Freed stretches by their exact length. */
  readonly #free: Map<number, number[]> = new Map();

  get bytes(): number {
    return this.#bytes;
  }

  /** Room for `count` vertices; answers the first. */
  allocate(count: number): number {
    const free = this.#free.get(count)?.pop();
    if (free !== undefined) return free;
    if (this.#top + count > this.#limit) this.#grow(count);
    const first = this.#top;
    this.#top += count;
    return first;
  }

  release(first: number, count: number): void {
    const list = this.#free.get(count);
    if (list === undefined) this.#free.set(count, [first]);
    else list.push(first);
  }

  /** The page from which a vertex and those allocated with it can be read and written. */
  page(v: number): Float64Array {
    const page = this.pages[v >>> pageBits];
    if (page === undefined) throw new RangeError(`no vertex ${v}`);
    return page;
  }

  /** Where the longitude of a vertex is in its page; its latitude and the next vertex follow. */
  start(v: number): number {
    return (v & pageMask) * 2;
  }

  set(v: number, lon: number, lat: number): void {
    const page = this.page(v);
    page[this.start(v)] = lon;
    page[this.start(v) + 1] = lat;
  }

  lon(v: number): number {
    return this.pages[v >>> pageBits]?.[(v & pageMask) * 2] ?? NaN;
  }

  lat(v: number): number {
    return this.pages[v >>> pageBits]?.[(v & pageMask) * 2 + 1] ?? NaN;
  }

  /** One page, or for a large shape one array that several page numbers look into, each from its own start to the end. */
  #grow(count: number): void {
    const pages = Math.max(1, Math.ceil(count / (pageMask + 1)));
    const block = doublePage(pages * (pageMask + 1) * 2);
    this.#top = this.pages.length << pageBits;
    for (let i = 0; i < pages; i++) this.pages.push(block.subarray(i * (pageMask + 1) * 2));
    this.#limit = this.pages.length << pageBits;
    this.#bytes += block.byteLength;
  }
}

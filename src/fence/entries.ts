import { intPage } from "./pages.ts";

/** Integers of a page as a power of two, and the mask of a place in it. */
export const entryPageBits = 16;
export const entryPageMask: number = (1 << entryPageBits) - 1;
const pageSize = 1 << entryPageBits;
/** Integers before the first entry of a list. */
export const listHead = 2;
/** Integers of an entry before its runs. */
export const entryHead = 2;

/** Kind of the shape, from the head of an entry. */
export function kindIn(head: number): number {
  return (head >>> 1) & 3;
}

/** Which anchor of the cell the entry goes by. */
export function attemptIn(head: number): number {
  return (head >>> 3) & 255;
}

/** Number of runs. */
export function runsIn(head: number): number {
  return head >>> 11;
}

/** A head without runs: whether the cell's anchor is inside (0 or 1), the kind of the shape, the number of the anchor. */
export function headOf(inside: number, kind: number, attempt: number): number {
  return inside | (kind << 1) | (attempt << 3);
}

/** The same head with so many runs. */
export function withRuns(head: number, runs: number): number {
  return head | (runs << 11);
}

/**
 * The lists of boundary entries, one a leaf that a boundary meets, in pages that never move. A list is named by its
 * reference; 0 is the empty list. Blocks have one of four sizes to each power of two and are reused by size.
 *
 * ```
 * [0] weight << 8 | size class   [1] integers in use after this   then the entries:
 * shape, head, (first, count)…   only those edges of the shape that meet the cell, as runs of consecutive ones
 * ```
 * The integer `ref` is at `pages[ref >>> entryPageBits][ref & entryPageMask]`; all of one list can be read on from there.
 */
export class Entries {
  readonly pages: Int32Array[] = [];
  #top = 4;
  #limit = 0;
  #bytes = 0;
  readonly #free: Int32Array = new Int32Array(4 * 28);

  /** Bytes held, the free ones included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the entries weigh that may ask for division; at most 2^23. */
  weight(ref: number): number {
    return ref === 0 ? 0 : this.#at(ref) >>> 8;
  }

  /** Adds an entry with the runs at `runs[from…]`; answers the reference that the list has from now on. */
  append(ref: number, weight: number, shape: number, head: number, runs: Int32Array, from: number): number {
    const size = 2 * runsIn(head);
    const used = ref === 0 ? 0 : this.#at(ref + 1);
    const to = this.#reserve(ref, used, used + entryHead + size);
    const page = this.pages[to >>> entryPageBits];
    if (page === undefined) return to;
    const at = to & entryPageMask;
    page[at] = (page[at] ?? 0) + (weight << 8);
    page[at + 1] = used + entryHead + size;
    let i = at + listHead + used;
    page[i++] = shape;
    page[i++] = head;
    for (let k = from; k < from + size; k++) page[i++] = runs[k] ?? 0;
    return to;
  }

  /** Takes the entry of a shape out; answers the reference, 0 when none is left. Which of the weight was its is not known. */
  cut(ref: number, shape: number): number {
    const page = this.pages[ref >>> entryPageBits];
    if (ref === 0 || page === undefined) return ref;
    const start = (ref & entryPageMask) + listHead;
    const used = page[start - 1] ?? 0;
    for (let i = start; i < start + used;) {
      const size = entryHead + 2 * runsIn(page[i + 1] ?? 0);
      if (page[i] === shape) {
        if (size === used) {
          this.release(ref);
          return 0;
        }
        page.copyWithin(i, i + size, start + used);
        page[start - 1] = used - size;
        // A cell that is divided late is only a little slower.
        page[start - 2] = (page[start - 2] ?? 0) & 255;
        return ref;
      }
      i += size;
    }
    return ref;
  }

  /** Gives the block back. */
  release(ref: number): void {
    const page = this.pages[ref >>> entryPageBits];
    if (page === undefined) return;
    const at = ref & entryPageMask;
    const size = (page[at] ?? 0) & 255;
    page[at] = this.#free[size] ?? 0;
    this.#free[size] = ref;
  }

  #at(ref: number): number {
    return this.pages[ref >>> entryPageBits]?.[ref & entryPageMask] ?? 0;
  }

  /** A block that holds what the list holds and has room for so many integers in use. */
  #reserve(ref: number, used: number, wanted: number): number {
    const before = ref === 0 ? 0 : this.#at(ref);
    if (ref !== 0 && listHead + wanted <= sizeOf(before & 255)) return ref;
    const to = this.#take(classOf(listHead + wanted));
    if (ref === 0) return to;
    const source = this.pages[ref >>> entryPageBits];
    const target = this.pages[to >>> entryPageBits];
    if (source === undefined || target === undefined) return to;
    const shift = (ref & entryPageMask) - (to & entryPageMask);
    const at = to & entryPageMask;
    target[at] = (target[at] ?? 0) | (before & ~255);
    for (let i = at + listHead; i < at + listHead + used; i++) target[i] = source[i + shift] ?? 0;
    this.release(ref);
    return to;
  }

  /** A block of a size class, its first integer set to the class. */
  #take(size: number): number {
    let ref = this.#free[size] ?? 0;
    if (ref === 0) {
      const count = sizeOf(size);
      if (this.#top + count > this.#limit) this.#grow(count);
      ref = this.#top;
      this.#top += count;
    } else this.#free[size] = this.#at(ref);
    const page = this.pages[ref >>> entryPageBits];
    if (page !== undefined) page[ref & entryPageMask] = size;
    return ref;
  }

  /** One page, or for a large block one array that several page numbers look into, each from its own start to the end. */
  #grow(count: number): void {
    const pages = Math.ceil(count / pageSize);
    const block = intPage(pages * pageSize);
    // Reference 0 means none.
    this.#top = this.pages.length === 0 ? 4 : this.pages.length << entryPageBits;
    for (let i = 0; i < pages; i++) this.pages.push(block.subarray(i * pageSize));
    this.#limit = this.pages.length << entryPageBits;
    this.#bytes += block.byteLength;
  }
}

/** Integers of a block: 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, … */
function sizeOf(size: number): number {
  return (4 + (size & 3)) << (size >>> 2);
}

/** The least size class of at least so many integers. */
function classOf(count: number): number {
  const power = Math.max(0, 29 - Math.clz32(count - 1));
  return 4 * power + Math.ceil(count / (1 << power)) - 4;
}

import { entryHead, nextEntry } from "./entry.ts";
import { intPage } from "./pages.ts";

const pageBits = 16;
const pageMask = (1 << pageBits) - 1;
const pageSize = 1 << pageBits;
/** Integers before the first entry of a list. */
const listHead = 2;

/** Where the first entry of a list is in its page. */
export function firstEntry(ref: number): number {
  return (ref & pageMask) + listHead;
}

/** Where the entries of a list end in its page. */
export function endOfEntries(page: Int32Array, ref: number): number {
  const at = ref & pageMask;
  return at + listHead + (page[at + 1] ?? 0);
}

/**
 * The lists of boundary entries, one for each leaf that a boundary meets, in pages that never move. A list is named by its
 * reference; 0 is the empty list. Blocks have one of four sizes to each power of two and are reused by size.
 *
 * ```
 * [0] weight << 8 | size class   [1] integers of the entries   then the entries, see `entry.ts`
 * ```
 */
export class Entries {
  readonly #pages: Int32Array[] = [];
  #top = 4;
  #limit = 0;
  #bytes = 0;
  readonly #free: Int32Array = new Int32Array(4 * 28);

  /** Bytes held, the free ones included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The page of a list: its entries run from `firstEntry(ref)` to `endOfEntries(page, ref)`. */
  page(ref: number): Int32Array {
    const page = this.#pages[ref >>> pageBits];
    if (page === undefined) throw new RangeError(`no list ${ref}`);
    return page;
  }

  /** What the entries weigh that may ask for division; at most 2^23. */
  weight(ref: number): number {
    return ref === 0 ? 0 : (this.page(ref)[ref & pageMask] ?? 0) >>> 8;
  }

  /**
   * Adds an entry whose runs and sketch are `source[from … from + size)`; answers the reference that the list has from
   * now on.
   */
  append(
    ref: number,
    weight: number,
    shape: number,
    head: number,
    source: Int32Array,
    from: number,
    size: number,
  ): number {
    const used = ref === 0 ? 0 : (this.page(ref)[(ref & pageMask) + 1] ?? 0);
    const to = this.#reserve(ref, used, used + entryHead + size);
    const page = this.page(to);
    const at = to & pageMask;
    page[at] = (page[at] ?? 0) + (weight << 8);
    page[at + 1] = used + entryHead + size;
    let i = at + listHead + used;
    page[i++] = shape;
    page[i++] = head;
    for (let k = from; k < from + size; k++) page[i++] = source[k] ?? 0;
    return to;
  }

  /** Takes the entry of a shape out; answers the reference, 0 when none is left. Which of the weight was its is not known. */
  cut(ref: number, shape: number): number {
    const page = this.page(ref);
    const start = firstEntry(ref);
    const end = endOfEntries(page, ref);
    for (let i = start; i < end;) {
      const next = nextEntry(page, i);
      if (page[i] === shape) {
        if (i === start && next === end) {
          this.release(ref);
          return 0;
        }
        page.copyWithin(i, next, end);
        page[start - 1] = end - start - (next - i);
        // A cell that is divided late is only a little slower.
        page[start - 2] = (page[start - 2] ?? 0) & 255;
        return ref;
      }
      i = next;
    }
    return ref;
  }

  /** Gives the block back. */
  release(ref: number): void {
    const page = this.page(ref);
    const at = ref & pageMask;
    const size = (page[at] ?? 0) & 255;
    page[at] = this.#free[size] ?? 0;
    this.#free[size] = ref;
  }

  /** A block that holds what the list holds and has room for so many integers of entries. */
  #reserve(ref: number, used: number, wanted: number): number {
    if (ref === 0) return this.#take(classOf(listHead + wanted));
    const source = this.page(ref);
    const from = ref & pageMask;
    const before = source[from] ?? 0;
    if (listHead + wanted <= sizeOf(before & 255)) return ref;
    const to = this.#take(classOf(listHead + wanted));
    const target = this.page(to);
    const at = to & pageMask;
    target[at] = (target[at] ?? 0) | (before & ~255);
    for (let i = listHead; i < listHead + used; i++) target[at + i] = source[from + i] ?? 0;
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
    } else this.#free[size] = this.page(ref)[ref & pageMask] ?? 0;
    this.page(ref)[ref & pageMask] = size;
    return ref;
  }

  /** One page, or for a large block one array that several page numbers look into, each from its own start to the end. */
  #grow(count: number): void {
    const pages = Math.ceil((count + 4) / pageSize);
    const block = intPage(pages * pageSize);
    // Reference 0 means none.
    this.#top = this.#pages.length === 0 ? 4 : this.#pages.length << pageBits;
    for (let i = 0; i < pages; i++) this.#pages.push(block.subarray(i * pageSize));
    this.#limit = this.#pages.length << pageBits;
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

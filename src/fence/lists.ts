import { Column } from "./column.ts";

/** Number of size classes: blocks of 2^2 … 2^30 integers. */
const classes = 31;
const smallest = 2;

/**
 * Many short lists of integers in one row. A list is named by its reference; 0 is the empty list. Blocks are
 * powers of two and are reused through a free list a size, so editing one list never moves another.
 *
 * ```
 * data[ref]   = used << 5 | size class
 * data[ref+1…ref+used] = the values
 * ```
 */
export class Lists {
  readonly #column: Column;
  #top = 1 << smallest;
  readonly #free: Int32Array = new Int32Array(classes);

  constructor(capacity: number = 1 << 12) {
    this.#column = new Column(capacity);
  }

  /** The integers; another array after some of the calls that add to a list. */
  get data(): Int32Array {
    return this.#column.data;
  }

  /** Bytes held, the free ones included. */
  get bytes(): number {
    return this.#column.bytes;
  }

  /** Number of values; 0 for the empty list. */
  length(ref: number): number {
    return ref === 0 ? 0 : (this.data[ref] ?? 0) >>> 5;
  }

  includes(ref: number, value: number): boolean {
    const end = ref + this.length(ref);
    for (let i = ref + 1; i <= end; i++) if (this.data[i] === value) return true;
    return false;
  }

  /** Appends and answers the reference that the list has from now on. */
  push(ref: number, value: number): number {
    const length = this.length(ref);
    const to = this.#reserve(ref, length);
    this.#column.set(to + 1 + length, value);
    this.#column.set(to, (this.data[to] ?? 0) + 32);
    return to;
  }

  /** Takes the first such value out; a list without it stays as it is. Answers the reference, 0 when none is left. */
  remove(ref: number, value: number): number {
    const { data } = this;
    const end = ref + this.length(ref);
    let at = ref + 1;
    while (at <= end && data[at] !== value) at++;
    if (at > end) return ref;
    if (end === ref + 1) {
      this.release(ref);
      return 0;
    }
    for (; at < end; at++) this.#column.set(at, data[at + 1] ?? 0);
    this.#column.set(ref, (data[ref] ?? 0) - 32);
    return ref;
  }

  /** Gives the block back; 0 is allowed. */
  release(ref: number): void {
    if (ref === 0) return;
    const size = (this.data[ref] ?? 0) & 31;
    this.#column.set(ref, this.#free[size] ?? 0);
    this.#free[size] = ref;
  }

  /** A block with room for one more value. */
  #reserve(ref: number, length: number): number {
    if (ref !== 0 && length + 1 < 1 << ((this.data[ref] ?? 0) & 31)) return ref;
    const to = this.#take(Math.max(smallest, 32 - Math.clz32(length + 1)));
    for (let i = 1; i <= length; i++) this.#column.set(to + i, this.data[ref + i] ?? 0);
    this.#column.set(to, (this.data[to] ?? 0) | (length << 5));
    this.release(ref);
    return to;
  }

  #take(size: number): number {
    let ref = this.#free[size] ?? 0;
    if (ref === 0) {
      ref = this.#top;
      this.#top += 1 << size;
      this.#column.extend(this.#top, 1 << size);
    } else this.#free[size] = this.data[ref] ?? 0;
    this.#column.set(ref, size);
    return ref;
  }
}

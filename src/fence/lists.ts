/** Number of size classes: blocks of 2^2 … 2^30 integers. */
const classes = 31;
const smallest = 2;

/**
 * Many short lists of integers in one typed array. A list is named by its reference; 0 is the empty list.
 * Blocks are powers of two and are reused through a free list a size, so editing one list never moves another.
 *
 * ```
 * data[ref]   = used << 5 | size class
 * data[ref+1…ref+used] = the values
 * ```
 */
export class Lists {
  data: Int32Array<ArrayBuffer>;
  #top = 1 << smallest;
  readonly #free: Int32Array = new Int32Array(classes);

  constructor(capacity: number = 1 << 12) {
    this.data = new Int32Array(capacity);
  }

  /** Bytes held, the free ones included. */
  get bytes(): number {
    return this.data.byteLength;
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
    const to = this.#reserve(ref, length, length + 1);
    this.data[to + 1 + length] = value;
    this.data[to] = (this.data[to] ?? 0) + 32;
    return to;
  }

  /** Appends `source[from … from + count)` and answers the reference that the list has from now on. */
  append(ref: number, source: Int32Array, from: number, count: number): number {
    const length = this.length(ref);
    const to = this.#reserve(ref, length, length + count);
    for (let i = 0; i < count; i++) this.data[to + 1 + length + i] = source[from + i] ?? 0;
    this.data[to] = (this.data[to] ?? 0) + 32 * count;
    return to;
  }

  /** Takes `count` values out at `index` (0 = the first), keeping the order; answers the reference, 0 when none is left. */
  cut(ref: number, index: number, count: number): number {
    const left = this.length(ref) - count;
    if (left <= 0) {
      this.release(ref);
      return 0;
    }
    this.data.copyWithin(ref + 1 + index, ref + 1 + index + count, ref + 1 + left + count);
    this.data[ref] = (this.data[ref] ?? 0) - 32 * count;
    return ref;
  }

  /** Takes the first such value out; a list without it stays as it is. Answers the reference, 0 when none is left. */
  remove(ref: number, value: number): number {
    const length = this.length(ref);
    for (let i = 0; i < length; i++) if (this.data[ref + 1 + i] === value) return this.cut(ref, i, 1);
    return ref;
  }

  /** Gives the block back; 0 is allowed. */
  release(ref: number): void {
    if (ref === 0) return;
    const size = (this.data[ref] ?? 0) & 31;
    this.data[ref] = this.#free[size] ?? 0;
    this.#free[size] = ref;
  }

  #reserve(ref: number, length: number, wanted: number): number {
    if (ref !== 0 && wanted < 1 << ((this.data[ref] ?? 0) & 31)) return ref;
    const to = this.#take(Math.max(smallest, 32 - Math.clz32(wanted)));
    if (ref !== 0) {
      this.data.copyWithin(to + 1, ref + 1, ref + 1 + length);
      this.data[to] = (this.data[to] ?? 0) | (length << 5);
      this.release(ref);
    }
    return to;
  }

  #take(size: number): number {
    const free = this.#free[size] ?? 0;
    if (free !== 0) {
      this.#free[size] = this.data[free] ?? 0;
      this.data[free] = size;
      return free;
    }
    const ref = this.#top;
    this.#top += 1 << size;
    if (this.#top > this.data.length) {
      const grown = new Int32Array(Math.max(this.#top, Math.ceil(this.data.length * 1.6)));
      grown.set(this.data);
      this.data = grown;
    }
    this.data[ref] = size;
    return ref;
  }
}

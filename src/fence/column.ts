import { intPage } from "./pages.ts";

/** Integers that are moved for each one added while a larger array is being filled. */
const pace = 8;

/**
 * A long row of integers that grows without a pause: once it is three quarters full a larger array is filled
 * little by little, until it takes over. Read it through `data`, which is another array after each growth; write
 * through `set`.
 */
export class Column {
  data: Int32Array;
  #next: Int32Array | undefined;
  /** So many integers of the larger array are already as they should be. */
  #moved = 0;

  constructor(size: number) {
    this.data = intPage(size);
  }

  /** Bytes held, those of a larger array that is being filled included. */
  get bytes(): number {
    return this.data.byteLength + (this.#next?.byteLength ?? 0);
  }

  /** Writes one of the integers that there is room for. */
  set(index: number, value: number): void {
    this.data[index] = value;
    if (index < this.#moved && this.#next !== undefined) this.#next[index] = value;
  }

  /** Makes room for `end` integers in all, of which the last `added` are new. */
  extend(end: number, added: number): void {
    const size = this.data.length;
    if (4 * end <= 3 * size) return;
    const next = (this.#next ??= intPage(Math.ceil(Math.max(end, size) * 1.5)));
    const to = end > size ? size : Math.min(size, this.#moved + pace * added);
    for (let i = this.#moved; i < to; i++) next[i] = this.data[i] ?? 0;
    this.#moved = to;
    if (end <= size) return;
    this.data = next.length < end ? enlarged(next, end) : next;
    this.#next = undefined;
    this.#moved = 0;
  }
}

/** For more new integers at once than a step of growth has room for. */
function enlarged(from: Int32Array, end: number): Int32Array {
  const to = intPage(Math.ceil(end * 1.5));
  to.set(from);
  return to;
}

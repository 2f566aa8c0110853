/** Segments whose times are kept; 4 KiB each when full. */
const MAX_SEGMENTS = 2048;

/** Decoded times of the segments asked for last, so that asking file by file does not decode them again. */
export class TimesCache {
  readonly #kept = new Map<string, Float64Array>();

  /** A segment's content never changes under the same id and number of fixes. */
  get(id: number, n: number, read: () => Float64Array): Float64Array {
    const key = `${id}/${n}`;
    const kept = this.#kept.get(key);
    const times = kept ?? read();
    this.#kept.delete(key);
    this.#kept.set(key, times);
    if (this.#kept.size > MAX_SEGMENTS) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
    return times;
  }
}

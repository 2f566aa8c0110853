import { Lists } from "./lists.ts";

/**
 * What is kept of each device: 32 bytes, so that two share a cache line, plus a list of fences for those that
 * are inside some.
 *
 * ```
 * float64 lon | float64 lat | float64 time | float32 reach | uint32 list of fence slots
 * ```
 * `lon` is NaN before the first fix. Within `reach` degrees of the place, in either coordinate, no boundary can be met.
 */
export class Devices {
  places: Float64Array<ArrayBuffer> = new Float64Array(4 * 64);
  words: Uint32Array<ArrayBuffer> = new Uint32Array(this.places.buffer);
  reaches: Float32Array<ArrayBuffer> = new Float32Array(this.places.buffer);
  readonly inside: Lists = new Lists(256);
  #top = 0;
  readonly #free: number[] = [];

  get bytes(): number {
    return this.places.byteLength + this.inside.bytes + 8 * this.#free.length;
  }

  /** One more than the largest handle ever given. */
  get end(): number {
    return this.#top;
  }

  add(): number {
    const handle = this.#free.pop() ?? this.#top++;
    if (4 * handle >= this.places.length) this.#grow();
    this.places[4 * handle] = NaN;
    this.places[4 * handle + 3] = 0;
    return handle;
  }

  release(handle: number): void {
    this.inside.release(this.list(handle));
    this.places[4 * handle] = NaN;
    this.places[4 * handle + 3] = 0;
    this.#free.push(handle);
  }

  /** List of the slots of the fences that the device is in. */
  list(handle: number): number {
    return this.words[8 * handle + 7] ?? 0;
  }

  enter(handle: number, fence: number): void {
    this.words[8 * handle + 7] = this.inside.push(this.list(handle), fence);
  }

  leave(handle: number, fence: number): void {
    this.words[8 * handle + 7] = this.inside.remove(this.list(handle), fence);
  }

  #grow(): void {
    const grown = new Float64Array(this.places.length * 2);
    grown.set(this.places);
    this.places = grown;
    this.words = new Uint32Array(grown.buffer);
    this.reaches = new Float32Array(grown.buffer);
  }
}

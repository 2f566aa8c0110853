import type { EpochMs } from "#geo";
import { Lists } from "./lists.ts";
import { maybeTooFar } from "./step.ts";

/** Numbers of a device's record: as doubles, and as words or floats. */
export const recordDoubles = 5;
export const recordWords = 10;

/** Where the parts of a record are, counted in words (or floats) from its start. */
export const reachAt = 6;
const listAt = 7;
const accuracyAt = 8;
const extraAt = 9;

/** What is left of a reach after each use: more than `float32` can round away. */
export const shrink: number = 1 - 1e-6;

/** Bits of the extra word: the first pending change, and what makes the next fix take the slow way. */
export const pendingMask = 0x0fff_ffff;
export const vetoedBit = 0x1000_0000;
export const skippedBit = 0x2000_0000;

/**
 * What is kept of each device: 40 bytes, plus a list of fences for those that are inside some.
 *
 * ```
 * float64 lon | float64 lat | float64 time | float32 reach | uint32 list | float32 accuracy | uint32 extra
 * ```
 * `lon` is NaN before the first fix. Within `reach` degrees of the place, in either coordinate, no boundary can be
 * met. `list` names the slots of the fences that the device is in (settled). `accuracy` is the last fix's, metres,
 * 0 when unknown. `extra` is 0 for nearly all: else the first pending change, and whether the last fix was vetoed
 * or skipped as an outlier.
 */
export class Devices {
  places: Float64Array<ArrayBuffer> = new Float64Array(recordDoubles * 64);
  words: Uint32Array<ArrayBuffer> = new Uint32Array(this.places.buffer);
  floats: Float32Array<ArrayBuffer> = new Float32Array(this.places.buffer);
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
    if (recordDoubles * handle >= this.places.length) this.#grow();
    this.#clear(handle);
    return handle;
  }

  release(handle: number): void {
    this.inside.release(this.list(handle));
    this.#clear(handle);
    this.#free.push(handle);
  }

  /**
   * Takes the step of a device if nothing can come of it: it stays within its reach, nothing else is known of the
   * device, and its reported speed (NaN for none) cannot contradict the step. Answers whether it did.
   */
  advance(handle: number, time: EpochMs, lon: number, lat: number, accuracy: number, speed: number): boolean {
    const { places, floats } = this;
    const at = recordDoubles * handle;
    const word = recordWords * handle;
    const dx = Math.abs(lon - (places[at] ?? NaN));
    const dy = Math.abs(lat - (places[at + 1] ?? NaN));
    const left = (floats[word + reachAt] ?? 0) - (dx > dy ? dx : dy);
    // Before the first fix the place is NaN, and so is what is left.
    if (!(left > 0) || this.words[word + extraAt] !== 0) return false;
    if (maybeTooFar(dx + dy, speed, time - (places[at + 2] ?? 0))) return false;
    places[at] = lon;
    places[at + 1] = lat;
    places[at + 2] = time;
    floats[word + reachAt] = left * shrink;
    floats[word + accuracyAt] = accuracy;
    return true;
  }

  /** Keeps a fix as the last one. */
  store(
    handle: number,
    fix: {
      readonly time: EpochMs;
      readonly lon: number;
      readonly lat: number;
      readonly accuracy: number;
      readonly reach: number;
    },
  ): void {
    const at = recordDoubles * handle;
    this.places[at] = fix.lon;
    this.places[at + 1] = fix.lat;
    this.places[at + 2] = fix.time;
    this.floats[recordWords * handle + reachAt] = fix.reach;
    this.floats[recordWords * handle + accuracyAt] = fix.accuracy;
  }

  reach(handle: number): number {
    return this.floats[recordWords * handle + reachAt] ?? 0;
  }

  /** Whether nothing is known of the device but its last fix and the fences it is in. */
  isPlain(handle: number): boolean {
    return this.words[recordWords * handle + extraAt] === 0;
  }

  /** List of the slots of the fences that the device is in. */
  list(handle: number): number {
    return this.words[recordWords * handle + listAt] ?? 0;
  }

  isIn(handle: number, fence: number): boolean {
    return this.inside.includes(this.list(handle), fence);
  }

  enter(handle: number, fence: number): void {
    this.words[recordWords * handle + listAt] = this.inside.push(this.list(handle), fence);
  }

  leave(handle: number, fence: number): void {
    this.words[recordWords * handle + listAt] = this.inside.remove(this.list(handle), fence);
  }

  /** First pending change of the device, 0 for none. */
  pending(handle: number): number {
    return (this.words[recordWords * handle + extraAt] ?? 0) & pendingMask;
  }

  setPending(handle: number, change: number): void {
    const at = recordWords * handle + extraAt;
    this.words[at] = ((this.words[at] ?? 0) & ~pendingMask) | change;
  }

  /** Whether a flag of the extra word is set. */
  has(handle: number, bit: number): boolean {
    return ((this.words[recordWords * handle + extraAt] ?? 0) & bit) !== 0;
  }

  flag(handle: number, bit: number, on: boolean): void {
    const at = recordWords * handle + extraAt;
    const rest = (this.words[at] ?? 0) & ~bit;
    this.words[at] = on ? rest | bit : rest;
  }

  accuracy(handle: number): number {
    return this.floats[recordWords * handle + accuracyAt] ?? 0;
  }

  #clear(handle: number): void {
    this.places.fill(0, recordDoubles * handle, recordDoubles * handle + recordDoubles);
    this.places[recordDoubles * handle] = NaN;
  }

  #grow(): void {
    const grown = new Float64Array(this.places.length * 2);
    grown.set(this.places);
    this.places = grown;
    this.words = new Uint32Array(grown.buffer);
    this.floats = new Float32Array(grown.buffer);
  }
}

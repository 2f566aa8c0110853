/** Doubles and words of one record. */
const doubles = 8;
const words = 16;
// Bits of the flags.
const enterBit = 1;
const firstBit = 2;
const leadBit = 4;
const freshBit = 8;

/**
 * Changes that began and are not confirmed yet, as records of 64 bytes, linked by device. 0 is none.
 *
 * ```
 * float64 time | lon | lat | fix | runStart      float32 east | north
 * int32   fence slot | next | decided fixes in a row | flags
 * ```
 * `time`, `lon`, `lat` are those of the raw crossing, `fix` the time of the fix whose path made it. `east` and
 * `north` are metres of the newest displacement.
 */
export class PendingChanges {
  #numbers: Float64Array<ArrayBuffer> = new Float64Array(doubles * 16);
  #floats: Float32Array<ArrayBuffer> = new Float32Array(this.#numbers.buffer);
  #words: Int32Array<ArrayBuffer> = new Int32Array(this.#numbers.buffer);
  #top = 1;
  #free = 0;

  get bytes(): number {
    return this.#numbers.byteLength;
  }

  /** A record for a change of a fence, without a moment and with an empty run. */
  take(slot: number, next: number, isEnter: boolean, isFirst: boolean): number {
    let change = this.#free;
    if (change === 0) {
      change = this.#top++;
      if (change * doubles >= this.#numbers.length) this.#grow();
    } else this.#free = this.next(change);
    const at = words * change;
    this.#words[at + 12] = slot;
    this.#words[at + 13] = next;
    this.#words[at + 14] = 0;
    this.#words[at + 15] = (isEnter ? enterBit : 0) | (isFirst ? firstBit : 0) | freshBit;
    return change;
  }

  release(change: number): void {
    this.setNext(change, this.#free);
    this.#free = change;
  }

  setMoment(change: number, time: number, lon: number, lat: number, fix: number): void {
    const at = doubles * change;
    this.#numbers[at] = time;
    this.#numbers[at + 1] = lon;
    this.#numbers[at + 2] = lat;
    this.#numbers[at + 3] = fix;
  }

  time(change: number): number {
    return this.#numbers[doubles * change] ?? NaN;
  }

  lon(change: number): number {
    return this.#numbers[doubles * change + 1] ?? NaN;
  }

  lat(change: number): number {
    return this.#numbers[doubles * change + 2] ?? NaN;
  }

  fix(change: number): number {
    return this.#numbers[doubles * change + 3] ?? NaN;
  }

  /** Time of the first decided fix of the run; meaningless while the run is empty. */
  runStart(change: number): number {
    return this.#numbers[doubles * change + 4] ?? NaN;
  }

  slot(change: number): number {
    return this.#words[words * change + 12] ?? 0;
  }

  next(change: number): number {
    return this.#words[words * change + 13] ?? 0;
  }

  setNext(change: number, next: number): void {
    this.#words[words * change + 13] = next;
  }

  /** Decided fixes in a row. */
  run(change: number): number {
    return this.#words[words * change + 14] ?? 0;
  }

  setRun(change: number, run: number, start: number): void {
    this.#words[words * change + 14] = run;
    this.#numbers[doubles * change + 4] = start;
  }

  isEnter(change: number): boolean {
    return this.#has(change, enterBit);
  }

  /** The change began with the device's first fix. */
  isFirst(change: number): boolean {
    return this.#has(change, firstBit);
  }

  /** No fix has been counted yet. */
  isFresh(change: number): boolean {
    return this.#has(change, freshBit);
  }

  /** The undecided fix that made the crossing counts as one of the run, because it goes on steadily since. */
  leads(change: number): boolean {
    return this.#has(change, leadBit);
  }

  /** Says whether it leads; the change is not fresh any more. */
  setLead(change: number, leads: boolean): void {
    const at = words * change + 15;
    const rest = (this.#words[at] ?? 0) & ~(leadBit | freshBit);
    this.#words[at] = leads ? rest | leadBit : rest;
  }

  east(change: number): number {
    return this.#floats[words * change + 10] ?? 0;
  }

  north(change: number): number {
    return this.#floats[words * change + 11] ?? 0;
  }

  setStep(change: number, east: number, north: number): void {
    this.#floats[words * change + 10] = east;
    this.#floats[words * change + 11] = north;
  }

  #has(change: number, bit: number): boolean {
    return ((this.#words[words * change + 15] ?? 0) & bit) !== 0;
  }

  #grow(): void {
    const grown = new Float64Array(this.#numbers.length * 2);
    grown.set(this.#numbers);
    this.#numbers = grown;
    this.#floats = new Float32Array(grown.buffer);
    this.#words = new Int32Array(grown.buffer);
  }
}

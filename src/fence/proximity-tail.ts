import type { Milliseconds } from "#geo";
import type { ProximityFix } from "./proximity-types.ts";

/** Over a longer gap nobody knows the way. */
export const LONGEST_GAP: Milliseconds = 300_000;
/** So long a device that has stopped is taken to stay where it is. */
export const LONGEST_HOLD: Milliseconds = 3_600_000;
/** No more than so many fixes are kept, however long the memory. */
const MOST_FIXES = 1024;
/** At least these: the newest way. */
const LEAST_FIXES = 2;

/** Numbers a fix: time, lon, lat, 1 for stopped. */
export const STRIDE = 4;

/**
 * The newest fixes of one member, oldest first, and its motion between them:
 *
 * ```
 *   •────────•      at most five minutes apart: straight in lon/lat, at even speed
 *   •▬▬▬▬▬   •      further apart, stopped at the first: held there, for an hour at most
 *   •        •      further apart, moving: unknown
 * ```
 */
export class Tail {
  /** `STRIDE` numbers a fix; those of fix `i` begin at `STRIDE * (first + i)`. */
  data: Float64Array<ArrayBuffer>;
  first = 0;
  length = 0;
  /** Fixes have been forgotten: it begins where the memory ends. */
  isCut = false;

  constructor(data: Float64Array<ArrayBuffer> = new Float64Array(4 * STRIDE)) {
    this.data = data;
  }

  /** The same fixes, as long as none is added; what is known of them is what was known with `length` of them. */
  view(length: number): Tail {
    const view = new Tail(this.data);
    view.first = this.first;
    view.length = length;
    return view;
  }

  /** Time of a fix. */
  time(i: number): number {
    return this.data[STRIDE * (this.first + i)] ?? NaN;
  }

  lon(i: number): number {
    return this.data[STRIDE * (this.first + i) + 1] ?? NaN;
  }

  lat(i: number): number {
    return this.data[STRIDE * (this.first + i) + 2] ?? NaN;
  }

  isStopped(i: number): boolean {
    return this.data[STRIDE * (this.first + i) + 3] === 1;
  }

  /** Time of the newest fix, -Infinity before the first. */
  get newest(): number {
    return this.length === 0 ? -Infinity : this.time(this.length - 1);
  }

  /** Is the way from a fix to the next one known? */
  isWay(i: number): boolean {
    return i >= 0 && i + 1 < this.length && this.time(i + 1) - this.time(i) <= LONGEST_GAP;
  }

  /** Up to when the motion that begins at a fix is known. */
  endOf(i: number): number {
    const time = this.time(i);
    const next = i + 1 < this.length ? this.time(i + 1) : Infinity;
    if (next - time <= LONGEST_GAP) return next;
    return this.isStopped(i) ? Math.min(next, time + LONGEST_HOLD) : time;
  }

  /** The fix that would show what happens in the motion that begins at a fix: its end, Infinity while it is held. */
  shownBy(i: number): number {
    if (this.isWay(i)) return this.time(i + 1);
    if (!this.isStopped(i)) return this.time(i);
    return i + 1 < this.length ? this.time(i + 1) : Infinity;
  }

  /** Index of the newest fix that is not later than a time; 0 when all are. */
  at(time: number): number {
    let i = this.length - 1;
    while (i > 0 && this.time(i) > time) i--;
    return i;
  }

  push({ time, lon, lat, stopped }: ProximityFix): void {
    let at = STRIDE * (this.first + this.length);
    if (at === this.data.length) {
      const used = this.data.subarray(STRIDE * this.first);
      const next = 2 * this.first >= this.length ? this.data : new Float64Array(this.data.length * 2);
      next.set(used);
      this.data = next;
      this.first = 0;
      at = STRIDE * this.length;
    }
    this.data[at] = time;
    this.data[at + 1] = lon;
    this.data[at + 2] = lat;
    this.data[at + 3] = stopped ? 1 : 0;
    this.length++;
  }

  /** Is the oldest fix of no more use to who remembers so long? */
  isLong(memory: Milliseconds): boolean {
    if (this.length <= LEAST_FIXES) return false;
    return this.length > MOST_FIXES || this.time(1) < this.newest - memory;
  }

  /** Forgets the oldest fix. */
  shift(): void {
    this.first++;
    this.length--;
    this.isCut = true;
  }

  /** Index of the first fix that is later than a time; `length` when none is. */
  after(time: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(middle) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Is a fix this one? */
  isAt(i: number, { time, lon, lat, stopped }: ProximityFix): boolean {
    return (
      this.time(i) === time && this.lon(i) === lon && this.lat(i) === lat && this.isStopped(i) === stopped
    );
  }

  /** The newest fixes, at most so many, ascending. */
  fixes(most: number): readonly ProximityFix[] {
    const fixes: ProximityFix[] = [];
    for (let i = Math.max(0, this.length - most); i < this.length; i++)
      fixes.push({ time: this.time(i), lon: this.lon(i), lat: this.lat(i), stopped: this.isStopped(i) });
    return fixes;
  }
}

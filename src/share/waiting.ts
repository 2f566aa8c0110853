import type { EpochMs, Milliseconds } from "#geo";
import type { Fix } from "#wire";

/**
 * Positions of one device that are not old enough to be shown, oldest first. Of each `slot` of time only the newest is
 * kept, so a delay of any length costs a bounded number of them.
 */
export class Waiting {
  readonly #slot: Milliseconds;
  readonly #most: number;
  #fixes: Fix[] = [];

  constructor(slot: Milliseconds, most: number) {
    this.#slot = Math.max(1, slot);
    this.#most = most;
  }

  get size(): number {
    return this.#fixes.length;
  }

  /** One more; what is not newer than the newest is left out. At the bound the oldest goes. */
  push(fix: Fix): void {
    const last = this.#fixes.at(-1);
    if (last && fix.time <= last.time) return;
    if (last && this.#slotOf(last) === this.#slotOf(fix)) this.#fixes.pop();
    this.#fixes.push(fix);
    if (this.#fixes.length > this.#most) this.#fixes.shift();
  }

  /** Puts what was read from the history before what has come meanwhile. */
  begin(older: readonly Fix[]): void {
    const newer = this.#fixes;
    this.#fixes = [];
    for (const fix of older) this.push(fix);
    for (const fix of newer) this.push(fix);
  }

  /** Takes out everything up to `newest`, and answers the last of it. */
  due(newest: EpochMs): Fix | undefined {
    let found: Fix | undefined;
    let taken = 0;
    for (const fix of this.#fixes) {
      if (fix.time > newest) break;
      found = fix;
      taken++;
    }
    if (taken > 0) this.#fixes.splice(0, taken);
    return found;
  }

  #slotOf({ time }: Fix): number {
    return Math.floor(time / this.#slot);
  }
}

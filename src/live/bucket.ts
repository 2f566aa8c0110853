import type { EpochMs } from "#geo";

/** Token bucket: `burst` messages at once, `perSecond` on average. */
export class Bucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #at: EpochMs;

  constructor(burst: number, perSecond: number, now: EpochMs) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#at = now;
  }

  /** False when the bucket is empty. */
  take(now: EpochMs): boolean {
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

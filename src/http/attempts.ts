import type { Clock } from "#ports";
import { Problem } from "#wire";

/** Wrong attempts that an address has in a minute. */
const MOST = 10;
const WINDOW_MS = 60_000;
/** Addresses that are remembered; the oldest is forgotten for a new one. */
const MAX_ADDRESSES = 10_000;

/** Counts wrong sign-ins by who tries, or whose account it is, in bounded memory. */
export class Attempts {
  readonly #clock: Pick<Clock, "now">;
  readonly #what: string;
  readonly #byAddress = new Map<string, { count: number; readonly until: number }>();

  /** `what`: of which there were too many. */
  constructor(clock: Pick<Clock, "now">, what = "wrong sign-ins") {
    this.#clock = clock;
    this.#what = what;
  }

  /** Throws `too_many_requests` when the address has failed too often within the minute. */
  check(address: string): void {
    const entry = this.#byAddress.get(address);
    if (entry === undefined) return;
    const left = entry.until - this.#clock.now();
    if (left <= 0) this.#byAddress.delete(address);
    else if (entry.count >= MOST) {
      const seconds = Math.ceil(left / 1000);
      throw new Problem(
        "too_many_requests",
        `${MOST} ${this.#what} within a minute; try again in ${seconds} s`,
      );
    }
  }

  failed(address: string): void {
    const entry = this.#byAddress.get(address);
    if (entry !== undefined) {
      entry.count += 1;
      return;
    }
    const oldest = this.#byAddress.size >= MAX_ADDRESSES ? this.#byAddress.keys().next().value : undefined;
    if (oldest !== undefined) this.#byAddress.delete(oldest);
    this.#byAddress.set(address, { count: 1, until: this.#clock.now() + WINDOW_MS });
  }

  succeeded(address: string): void {
    this.#byAddress.delete(address);
  }
}

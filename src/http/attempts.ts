import type { Clock } from "#ports";
import { Problem } from "#wire";

/** How many wrong attempts somebody has, and within what time. */
export interface AttemptBounds {
  readonly most: number;
  readonly windowMs: number;
}

const USUAL: AttemptBounds = { most: 10, windowMs: 60_000 };
/** Addresses that are remembered; the oldest is forgotten for a new one. */
const MAX_ADDRESSES = 10_000;

const within = ({ windowMs }: AttemptBounds): string => (windowMs > 60_000 ? "an hour" : "a minute");

/** Counts wrong sign-ins by who tries, or whose account it is, in bounded memory. */
export class Attempts {
  readonly #clock: Pick<Clock, "now">;
  readonly #bounds: AttemptBounds;
  readonly #what: string;
  readonly #byAddress = new Map<string, { count: number; readonly until: number }>();

  /** Ten within a minute, without other bounds. `what`: of which there were too many. */
  constructor(clock: Pick<Clock, "now">, bounds: AttemptBounds = USUAL, what = "wrong sign-ins") {
    this.#clock = clock;
    this.#bounds = bounds;
    this.#what = what;
  }

  /** Throws `too_many_requests` when the address has failed too often within the time. */
  check(address: string): void {
    const entry = this.#byAddress.get(address);
    if (entry === undefined) return;
    const left = entry.until - this.#clock.now();
    if (left <= 0) this.#byAddress.delete(address);
    else if (entry.count >= this.#bounds.most) {
      const seconds = Math.ceil(left / 1000);
      throw new Problem(
        "too_many_requests",
        `${this.#bounds.most} ${this.#what} within ${within(this.#bounds)}; try again in ${seconds} s`,
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
    this.#byAddress.set(address, { count: 1, until: this.#clock.now() + this.#bounds.windowMs });
  }

  succeeded(address: string): void {
    this.#byAddress.delete(address);
  }
}

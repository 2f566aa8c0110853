import type { Clock } from "#ports";

/** Timers hold at most 2^31 - 1 milliseconds; a month does not fit, so they are set again each day. */
const LONGEST_WAIT = 86_400_000;

/** Who wants to know when a principal ends, by its id. */
export class Watchers {
  readonly #clock: Clock;
  readonly #byId = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `ended` once: when `end` is called for the id, or at `expiresAt`. Answers the way to stop. */
  add(id: string, expiresAt: number | undefined, ended: () => void): () => void {
    let cancelTimer: (() => void) | undefined;
    const set = this.#byId.get(id) ?? new Set();
    const stop = (): void => {
      cancelTimer?.();
      set.delete(call);
      if (set.size === 0 && this.#byId.get(id) === set) this.#byId.delete(id);
    };
    const call = (): void => {
      stop();
      ended();
    };
    const wait = (): void => {
      if (expiresAt === undefined) return;
      const left = expiresAt - this.#clock.now();
      if (left <= 0) call();
      else cancelTimer = this.#clock.after(Math.min(left, LONGEST_WAIT), wait);
    };
    set.add(call);
    this.#byId.set(id, set);
    wait();
    return stop;
  }

  /** The principal is no longer valid. */
  end(id: string): void {
    for (const call of this.#byId.get(id) ?? []) call();
  }
}

import type { Clock } from "#ports";

/** Timers hold at most 2^31 - 1 milliseconds; a month does not fit, so they are set again each day. */
const LONGEST_WAIT = 86_400_000;

/** Who wants to know when a principal ends, by the ids of what it rests on: itself, and the token behind a session. */
export class Watchers {
  readonly #clock: Clock;
  readonly #byId = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `ended` once: when `end` is called for one of the ids, or at `expiresAt`. Answers the way to stop. */
  add(ids: ReadonlySet<string>, expiresAt: number | undefined, ended: () => void): () => void {
    let cancelTimer: (() => void) | undefined;
    const stop = (): void => {
      cancelTimer?.();
      for (const id of ids) this.#remove(id, call);
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
    for (const id of ids) this.#byId.set(id, (this.#byId.get(id) ?? new Set()).add(call));
    wait();
    return stop;
  }

  #remove(id: string, call: () => void): void {
    const calls = this.#byId.get(id);
    calls?.delete(call);
    if (calls?.size === 0) this.#byId.delete(id);
  }

  /** The principal, or the token it rests on, is no longer valid. */
  end(id: string): void {
    const calls = this.#byId.get(id) ?? new Set();
    // Whoever is told may begin to watch again, and is told of later ends alone; or keep others from being told.
    for (const call of Array.from(calls)) if (calls.has(call)) call();
  }
}

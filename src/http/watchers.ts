import type { Clock } from "#ports";

/** Timers hold at most 2^31 - 1 milliseconds; a month does not fit, so they are set again each day. */
const LONGEST_WAIT = 86_400_000;

/** One who wants to know; there may be a hundred thousand of them. */
interface Watch {
  readonly ids: readonly string[];
  readonly ended: () => void;
  cancelTimer: (() => void) | undefined;
}

/** Who wants to know when a principal ends, by the ids of what it rests on: itself, and the token behind a session. */
export class Watchers {
  readonly #clock: Clock;
  readonly #byId = new Map<string, Set<Watch>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `ended` once: when `end` is called for one of the ids, or at `expiresAt`. Answers the way to stop. */
  add(ids: readonly string[], expiresAt: number | undefined, ended: () => void): () => void {
    const watch: Watch = { ids, ended, cancelTimer: undefined };
    for (const id of ids) {
      const there = this.#byId.get(id);
      if (there) there.add(watch);
      else this.#byId.set(id, new Set([watch]));
    }
    if (expiresAt !== undefined) this.#wait(watch, expiresAt);
    return () => this.#stop(watch);
  }

  /** The principal, or the token it rests on, is no longer valid. */
  end(id: string): void {
    const there = this.#byId.get(id) ?? new Set();
    // Whoever is told may begin to watch again, and is told of later ends alone; or keep others from being told.
    for (const watch of Array.from(there)) if (there.has(watch)) this.#end(watch);
  }

  #wait(watch: Watch, expiresAt: number): void {
    const left = expiresAt - this.#clock.now();
    if (left <= 0) this.#end(watch);
    else {
      watch.cancelTimer = this.#clock.after(Math.min(left, LONGEST_WAIT), () => this.#wait(watch, expiresAt));
    }
  }

  #end(watch: Watch): void {
    this.#stop(watch);
    watch.ended();
  }

  #stop(watch: Watch): void {
    watch.cancelTimer?.();
    for (const id of watch.ids) {
      const there = this.#byId.get(id);
      there?.delete(watch);
      if (there?.size === 0) this.#byId.delete(id);
    }
  }
}

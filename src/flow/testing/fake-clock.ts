import type { EpochMs, Milliseconds } from "#geo";
import type { Clock } from "#ports";

/** One turn of the event loop: everything that can go on without time passing has gone on. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A clock that stands still until it is advanced. */
export class FakeClock implements Clock {
  #now: EpochMs;
  readonly #tasks: Set<{ readonly due: EpochMs; readonly run: () => void }> = new Set();

  constructor(now: EpochMs) {
    this.#now = now;
  }

  now(): EpochMs {
    return this.#now;
  }

  after(delay: Milliseconds, run: () => void): () => void {
    const task = { due: this.#now + delay, run };
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }

  /** Runs what falls due, in the order of its time. */
  advance(by: Milliseconds): void {
    const until = this.#now + by;
    for (;;) {
      const due = [...this.#tasks].filter((task) => task.due <= until).sort((a, b) => a.due - b.due)[0];
      if (due === undefined) break;
      this.#tasks.delete(due);
      this.#now = Math.max(this.#now, due.due);
      due.run();
    }
    this.#now = until;
  }

  get waiting(): number {
    return this.#tasks.size;
  }
}

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

  /** When the next task is due. */
  get next(): EpochMs | undefined {
    let next: EpochMs | undefined;
    for (const { due } of this.#tasks) if (next === undefined || due < next) next = due;
    return next;
  }

  /** Lets time pass, and everything happen that falls due meanwhile, in the order of its time. */
  async pass(by: Milliseconds): Promise<void> {
    const until = this.#now + by;
    await this.settle();
    for (let next = this.next; next !== undefined && next <= until; next = this.next) {
      this.#now = Math.max(this.#now, next);
      for (const task of this.#tasks) {
        if (task.due > this.#now || !this.#tasks.delete(task)) continue;
        task.run();
      }
      await this.settle();
    }
    this.#now = until;
  }

  /** Lets everything happen for which no time needs to pass. */
  async settle(): Promise<void> {
    for (let i = 0; i < 4; i++) await turn();
  }

  /** Tasks that are waiting. */
  get waiting(): number {
    return this.#tasks.size;
  }
}

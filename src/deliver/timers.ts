import type { Milliseconds } from "#geo";
import type { Clock } from "#ports";

/** Timers that are stopped together. */
export class Timers {
  readonly #clock: Clock;
  readonly #running = new Set<() => void>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `task` once. */
  after(delay: Milliseconds, task: () => void): void {
    if (this.#stopped) return;
    const cancel = this.#clock.after(delay, () => {
      this.#running.delete(cancel);
      task();
    });
    this.#running.add(cancel);
  }

  /** Runs `task` again and again, first after `delay`. */
  every(delay: Milliseconds, task: () => void): void {
    this.after(delay, () => {
      task();
      this.every(delay, task);
    });
  }

  /** Nothing runs any more, and nothing later is begun. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#running) cancel();
    this.#running.clear();
  }
}

/** Resolves when `work` settles, whichever way, or after `delay`; answers whether it settled. */
export async function within(clock: Clock, delay: Milliseconds, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const cancel = clock.after(delay, () => late.resolve(false));
  const settled = Promise.allSettled([work]).then(() => true);
  try {
    return await Promise.race([settled, late.promise]);
  } finally {
    cancel();
  }
}

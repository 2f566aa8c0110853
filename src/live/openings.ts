import type { Milliseconds } from "#geo";
import type { Clock } from "#ports";

/** Counts what is open, so that closing can wait for the last one, but not for ever. */
export class Openings {
  readonly #clock: Clock;
  #open = 0;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One more is open; answers what to call when it is closed. */
  add(): () => void {
    let open = true;
    this.#open++;
    return () => {
      if (!open) return;
      open = false;
      this.#open--;
      if (this.#open > 0) return;
      for (const tell of this.#waiting) tell();
      this.#waiting = [];
    };
  }

  /** Resolves when nothing is open, at the latest after `longest`. */
  async empty(longest: Milliseconds): Promise<void> {
    if (this.#open === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const cancel = this.#clock.after(longest, resolve);
    await promise;
    cancel();
  }
}

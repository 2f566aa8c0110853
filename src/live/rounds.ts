import type { Milliseconds } from "#geo";
import type { Clock } from "#ports";

/** Parts of a round: so many timers a round for all of them, and not all of them at once. */
const PARTS = 16;

/** Calls on each of many things once a round, with one timer. */
export class Rounds<Thing> {
  readonly #clock: Clock;
  readonly #every: Milliseconds;
  readonly #call: (thing: Thing) => void;
  readonly #parts: readonly Set<Thing>[] = Array.from({ length: PARTS }, () => new Set<Thing>());
  #next = 0;
  #size = 0;
  #turn = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, every: Milliseconds, call: (thing: Thing) => void) {
    this.#clock = clock;
    this.#every = every;
    this.#call = call;
  }

  /** Answers the way to take it out again. */
  add(thing: Thing): () => void {
    const part = this.#parts[this.#next++ % PARTS];
    part?.add(thing);
    if (++this.#size === 1) this.#later();
    return () => {
      if (part?.delete(thing) && --this.#size === 0) this.stop();
    };
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #later(): void {
    this.#cancel = this.#clock.after(this.#every / PARTS, () => {
      this.#later();
      for (const thing of this.#parts[this.#turn++ % PARTS] ?? []) this.#call(thing);
    });
  }
}

/** Milliseconds of work in one turn of the event loop. */
const BUDGET = 4;

/**
 * Work that arrives in heaps, a little of it in each turn of the event loop, in the order in which it came. Whatever else
 * waits, connections to be accepted above all, gets its turn in between: the system holds only some thousand of them, and a
 * client whose connection it drops tries again after seconds.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #next = 0;
  #scheduled = false;

  /** How many wait. */
  get size(): number {
    return this.#waiting.length - this.#next;
  }

  /** Does it at once where nothing waits and the turn has time, otherwise in one of the next turns. */
  add(work: () => void): void {
    this.#waiting.push(work);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    const end = performance.now() + BUDGET;
    while (this.size > 0 && performance.now() < end) this.#waiting[this.#next++]?.();
    this.#scheduled = this.size > 0;
    if (this.#scheduled) setImmediate(() => this.#run());
    if (this.#next < this.#waiting.length) return;
    this.#waiting.length = 0;
    this.#next = 0;
  }
}

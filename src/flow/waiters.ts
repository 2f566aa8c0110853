import type { Offset } from "#ports";

interface Waiter {
  readonly offset: Offset;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Promises that settle when an offset is committed. */
export class Waiters {
  #offset: Offset;
  #waiting: Waiter[] = [];
  #failure: Error | undefined;

  constructor(offset: Offset) {
    this.#offset = offset;
  }

  wait(offset: Offset): Promise<void> {
    if (offset <= this.#offset) return Promise.resolve();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiting.push({ offset, resolve, reject }));
  }

  reached(offset: Offset): void {
    this.#offset = offset;
    const ready = this.#waiting.filter((waiter) => waiter.offset <= offset);
    this.#waiting = this.#waiting.filter((waiter) => waiter.offset > offset);
    for (const { resolve } of ready) resolve();
  }

  /** Everybody who waits, now or later, is told. */
  fail(failure: Error): void {
    this.#failure ??= failure;
    for (const { reject } of this.#waiting.splice(0)) reject(failure);
  }
}

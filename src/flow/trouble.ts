import type { Milliseconds } from "#geo";
import type { Clock } from "#ports";
import { Problem } from "#wire";

/**
 * How long a disk that was full is believed to be so. Who is sent nothing while it lasts never hears that there is
 * room again; so it is asked for again after this.
 */
const BELIEVED: Milliseconds = 10_000;

/** What the disk last refused, for `/readyz`: a refusal is forgotten when the same thing works again. */
export class Trouble {
  readonly #clock: Pick<Clock, "now">;
  #append: { readonly text: string; readonly until: number } | undefined;
  readonly #store: Map<string, string> = new Map();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  appended(): void {
    this.#append = undefined;
  }

  /** A log that failed for another reason than room takes nothing until it is opened again. */
  appendFailed(error: unknown): void {
    if (error instanceof Problem && (error.code === "overloaded" || error.code === "shutting_down")) return;
    const isFull = error instanceof Problem && error.code === "storage_full";
    const until = isFull ? this.#clock.now() + BELIEVED : Number.POSITIVE_INFINITY;
    this.#append = { text: `positions cannot be written to the log: ${textOf(error)}`, until };
  }

  /** `what` is what had failed, if it had. */
  storeAnswered(what: string): void {
    this.#store.delete(what);
  }

  storeFailed(what: string, error: unknown): void {
    this.#store.set(what, `${what}, and is tried again: ${textOf(error)}`);
  }

  /** In sentences; empty when all is well. */
  list(): readonly string[] {
    const append = this.#append !== undefined && this.#clock.now() < this.#append.until && this.#append.text;
    return [append, ...this.#store.values()].filter((text) => typeof text === "string");
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { Milliseconds } from "#geo";
import type { Clock, Log, Offset, Results } from "#ports";
import type { FlowLogger } from "./logger.ts";

/** What truncation works with. */
export interface TruncationParts {
  readonly log: Log;
  readonly results: Results;
  readonly clock: Clock;
  readonly every: Milliseconds;
  readonly committed: () => Offset;
  readonly logger: FlowLogger | undefined;
}

/** Lets the log forget what would survive a power loss without it. Failing is harmless: it is done later. */
export class Truncation {
  readonly #parts: TruncationParts;
  #truncated: Offset = 0;
  #cancel: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: TruncationParts) {
    this.#parts = parts;
    this.#schedule();
  }

  /** Runs once more and never again. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = true;
      this.#cancel?.();
      await this.#running;
      this.#running = this.#run();
    }
    await this.#running;
  }

  #schedule(): void {
    this.#cancel = this.#parts.clock.after(this.#parts.every, () => {
      this.#running = this.#runAndGoOn();
    });
  }

  async #runAndGoOn(): Promise<void> {
    await this.#run();
    if (!this.#stopped) this.#schedule();
  }

  async #run(): Promise<void> {
    const { log, results, committed, logger } = this.#parts;
    if (committed() <= this.#truncated) return;
    try {
      const through = await results.durable();
      await log.truncate(through);
      this.#truncated = through;
    } catch (error) {
      logger?.warn({ err: error }, "the log could not be truncated");
    }
  }
}

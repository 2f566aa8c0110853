import type { Clock } from "#ports";
import type { Milliseconds } from "#geo";
import type { FlowLogger } from "./logger.ts";
import type { FlowSettings } from "./settings.ts";
import type { Trouble } from "./trouble.ts";

/** What insisting works with. */
export interface InsistParts {
  readonly clock: Clock;
  readonly settings: FlowSettings;
  readonly logger: FlowLogger | undefined;
  /** Told of every failure, and of the success that ends it. */
  readonly trouble: Trouble;
}

/** Asks the store until it answers, however often it takes: a full disk is emptied one day. Waits longer after each failure. */
export class Insisting {
  readonly #parts: InsistParts;
  readonly #what: string;
  #stopped = false;
  #wake: (() => void) | undefined;

  /** `what` failed, in the past tense, for the log. */
  constructor(parts: InsistParts, what: string) {
    this.#parts = parts;
    this.#what = what;
  }

  /** Undefined when it was stopped before the store answered. */
  async insist<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    const { settings, logger, trouble } = this.#parts;
    for (let wait = settings.retryFirst; !this.#stopped; wait = Math.min(wait * 2, settings.retryAtMost)) {
      try {
        const answer = await ask();
        trouble.storeAnswered(this.#what);
        return answer;
      } catch (error) {
        trouble.storeFailed(this.#what, error);
        logger?.warn({ err: error, retryInMs: wait }, this.#what);
        await this.#pause(wait);
      }
    }
    return undefined;
  }

  /** An attempt under way is still finished. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  #pause(wait: Milliseconds): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(wait, resolve);
      this.#wake = (): void => {
        cancel();
        resolve();
      };
    });
  }
}

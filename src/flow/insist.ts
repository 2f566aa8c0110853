import type { Clock, Commit, Results } from "#ports";
import type { Milliseconds } from "#geo";
import type { FlowLogger } from "./logger.ts";
import type { FlowSettings } from "./settings.ts";
import type { Trouble } from "./trouble.ts";

/** The place of each event in the feed. */
export type Sequences = Awaited<ReturnType<Results["commit"]>>;

/** What insisting works with. */
export interface InsistParts {
  readonly results: Results;
  readonly clock: Clock;
  readonly settings: FlowSettings;
  readonly logger: FlowLogger | undefined;
  /** Told of every failure, and of the success that ends it. */
  readonly trouble: Trouble;
}

/** Commits, however often it takes: a full disk is emptied one day. Waits longer after each failure. */
export class Insisting {
  readonly #parts: InsistParts;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(parts: InsistParts) {
    this.#parts = parts;
  }

  /** Undefined when it was stopped before the store took the commit. */
  async commit(commit: Commit): Promise<Sequences | undefined> {
    const { results, settings, logger, trouble } = this.#parts;
    for (let wait = settings.retryFirst; !this.#stopped; wait = Math.min(wait * 2, settings.retryAtMost)) {
      try {
        const sequences = await results.commit(commit);
        trouble.committed();
        return sequences;
      } catch (error) {
        trouble.commitFailed(error);
        logger?.warn({ err: error, offset: commit.offset, retryInMs: wait }, "a commit failed");
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

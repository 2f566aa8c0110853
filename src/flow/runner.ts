import type { Bus, Clock, Commit, LoggedEntry, Offset, Results } from "#ports";
import type { Milliseconds } from "#geo";
import { Batch } from "./batch.ts";
import type { Fleet } from "./fleet.ts";
import { judgeEntry, type Tally } from "./judge-entry.ts";
import type { CommittedLatest } from "./latest.ts";
import type { FlowLogger } from "./logger.ts";
import { publish } from "./publish.ts";
import type { FlowSettings } from "./settings.ts";
import { Waiters } from "./waiters.ts";

/** What the runner works with. */
export interface RunnerParts {
  readonly fleet: Fleet;
  readonly latest: CommittedLatest;
  readonly results: Results;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly settings: FlowSettings;
  readonly logger: FlowLogger | undefined;
  /** Told of every commit, before the news of it go out. */
  readonly onCommit: (commit: Commit) => void;
}

/**
 * Judges entries in the order of the log and commits what follows, one commit at a time: while one is under way the
 * next gathers. A commit that fails is tried again for ever, nothing is skipped, and the log has to wait.
 */
export class Runner {
  readonly tally: Tally = { live: 0, late: 0, outliers: 0, duplicates: 0, events: 0 };
  readonly #parts: RunnerParts;
  readonly #waiters: Waiters;
  #batch: Batch;
  #committed: Offset;
  #committing = false;
  #lastStart = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;
  #commits = 0;
  #stopped = false;

  constructor(parts: RunnerParts, offset: Offset) {
    this.#parts = parts;
    this.#committed = offset;
    this.#batch = new Batch(offset);
    this.#waiters = new Waiters(offset);
  }

  get committed(): Offset {
    return this.#committed;
  }

  get commits(): number {
    return this.#commits;
  }

  get uncommitted(): number {
    return this.#batch.positions;
  }

  /** What made the flow stop; undefined while it works. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Resolves once everything up to `offset` is committed. */
  reached(offset: Offset): Promise<void> {
    return this.#waiters.wait(offset);
  }

  /** The log's sink. Its promise settles when there is room for more. */
  async take(entries: readonly LoggedEntry[]): Promise<void> {
    for (const entry of entries) this.#judge(entry);
    this.#kick();
    while (this.#batch.positions >= this.#parts.settings.maxUncommitted && !this.#stopped) {
      await (this.#room ??= Promise.withResolvers()).promise;
    }
  }

  /** Commits no more. What is judged and not committed will be judged again from the log. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#room?.resolve();
    this.#waiters.fail(new Error("the flow was stopped"));
  }

  #judge(logged: LoggedEntry): void {
    if (this.#failure !== undefined) throw this.#failure;
    const { fleet, settings, logger } = this.#parts;
    try {
      judgeEntry({ fleet, batch: this.#batch, settings, tally: this.tally }, logged);
    } catch (cause) {
      // Skipping it would make later answers wrong without a word: stop by name, keep it in the log.
      const failure = new Error(`log entry ${logged.offset} (${logged.entry.kind}) could not be judged`, {
        cause,
      });
      this.#failure = failure;
      logger?.error({ err: failure, offset: logged.offset }, "the flow stopped");
      this.#waiters.fail(failure);
      throw failure;
    }
  }

  #kick(): void {
    if (this.#committing || this.#cancelTimer !== undefined || this.#stopped) return;
    if (this.#batch.offset <= this.#committed) return;
    const { clock, settings } = this.#parts;
    const wait = this.#lastStart + settings.commitSpacing - clock.now();
    if (wait <= 0) void this.#commit();
    else {
      this.#cancelTimer = clock.after(wait, () => {
        this.#cancelTimer = undefined;
        void this.#commit();
      });
    }
  }

  async #commit(): Promise<void> {
    const { fleet, latest, bus, clock, onCommit } = this.#parts;
    this.#committing = true;
    this.#lastStart = clock.now();
    const commit = this.#batch.seal(fleet);
    this.#batch = new Batch(commit.offset);
    this.#room?.resolve();
    this.#room = undefined;
    const sequences = await this.#insist(commit);
    this.#committing = false;
    if (sequences === undefined) return;
    this.#commits++;
    this.#committed = commit.offset;
    onCommit(commit);
    publish(bus, latest, commit, sequences);
    this.#waiters.reached(commit.offset);
    this.#kick();
  }

  /** Undefined when the runner was stopped before the store took it. */
  async #insist(commit: Commit): Promise<readonly { readonly seq: number }[] | undefined> {
    const { results, settings, logger } = this.#parts;
    for (let wait = settings.retryFirst; !this.#stopped; wait = Math.min(wait * 2, settings.retryAtMost)) {
      try {
        return await results.commit(commit);
      } catch (error) {
        logger?.warn({ err: error, offset: commit.offset, retryInMs: wait }, "a commit failed");
        await this.#pause(wait);
      }
    }
    return undefined;
  }

  #pause(wait: Milliseconds): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(wait, () => {
        this.#cancelTimer = undefined;
        resolve();
      });
      this.#cancelTimer = () => {
        cancel();
        resolve();
      };
    });
  }
}

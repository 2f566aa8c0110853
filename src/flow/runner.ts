import type { Bus, Commit, LoggedEntry, Offset, Past, Results } from "#ports";
import { type LogEntry, Problem } from "#wire";
import { Batch } from "./batch.ts";
import type { Fleet } from "./fleet.ts";
import { Insisting, type InsistParts } from "./insist.ts";
import { judgeEntry } from "./judge-entry.ts";
import { type Late, lateIn, readStretches } from "./prefetch.ts";
import { nothingKnown, type Uncommitted, upToDate } from "./recent.ts";
import type { NameOf, Tally, Workbench } from "./workbench.ts";
import type { CommittedLatest } from "./latest.ts";
import { publish } from "./publish.ts";
import { Waiters } from "./waiters.ts";

/** What the runner works with. */
export interface RunnerParts extends InsistParts {
  readonly fleet: Fleet;
  readonly latest: CommittedLatest;
  readonly results: Results;
  readonly bus: Bus;
  readonly past: Past;
  readonly nameOf: NameOf;
  /** Told of the entries that a commit covers, before the news of it go out. */
  readonly onCommit: (entries: readonly LogEntry[]) => void;
  /** Told when alarms may have been set. */
  readonly onTimers: () => void;
}

/**
 * Judges entries in the order of the log and commits what follows, one commit at a time: while one is under way the
 * next gathers. A commit that fails is tried again for ever, nothing is skipped, and the log has to wait.
 */
export class Runner {
  readonly tally: Tally = { live: 0, late: 0, tooLate: 0, outliers: 0, duplicates: 0, events: 0 };
  readonly #parts: RunnerParts;
  readonly #waiters: Waiters;
  readonly #insisting: Insisting;
  #batch: Batch;
  /** Sealed, and perhaps not in the store yet. */
  #inFlight: Commit | undefined;
  readonly #reading: Insisting;
  #committed: Offset;
  #committing: Promise<void> | undefined;
  #lastStart = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;
  #commits = 0;
  #stopped = false;

  constructor(parts: RunnerParts, offset: Offset) {
    this.#parts = parts;
    this.#insisting = new Insisting(parts, "a commit failed");
    this.#reading = new Insisting(parts, "the past of a device could not be read");
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

  /** Fixes, events and edits that wait for the next commit. */
  get uncommitted(): number {
    return this.#batch.weight;
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
    const { fleet, settings } = this.#parts;
    for (const entry of entries) {
      const late = lateIn(fleet, entry.entry, settings.horizon);
      const stretches = late && (await this.#read(entry, late));
      if (this.#stopped) return;
      this.#judge(entry, stretches);
      while (this.#batch.weight >= settings.maxUncommitted && !this.#stopped) {
        // Before the kick, which may make room at once.
        const room = (this.#room ??= Promise.withResolvers());
        this.#kick();
        await room.promise;
      }
    }
    this.#kick();
  }

  /**
   * Nothing can be relied on any more: whoever waits is told, and nothing more is committed, least of all the
   * results of an entry that was judged by half. The log keeps everything.
   */
  fail(failure: Error): void {
    if (this.#failure !== undefined || this.#stopped) return;
    this.#failure = failure;
    this.#parts.logger?.error({ err: failure, offset: this.#batch.offset }, "the flow stopped");
    this.#halt(new Problem("internal", failure.message, { cause: failure }));
  }

  /**
   * Commits no more; resolves when an attempt under way has ended. What is judged and not committed will be judged
   * again from the log. Idempotent.
   */
  async stop(): Promise<void> {
    this.#halt(new Problem("shutting_down", "the server is stopping"));
    await this.#committing;
  }

  #halt(reason: Problem): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#insisting.stop();
    this.#reading.stop();
    this.#room?.resolve();
    this.#waiters.fail(reason);
  }

  /**
   * What late fixes of the entry need of the store. It is read before anything of the entry is judged: an entry is
   * judged in one turn, or a commit could hold half of it.
   */
  async #read({ entry }: LoggedEntry, late: Late): Promise<Workbench["stretches"]> {
    if (entry.kind !== "positions") return undefined;
    const { past } = this.#parts;
    const { workspace } = entry;
    // Commits may land while the store is asked: what it may not have yet is taken hold of before.
    const sealed = this.#inFlight === undefined ? [] : [this.#inFlight];
    const parts: Uncommitted[] = [...sealed, this.#batch.peek()];
    const read = await this.#reading.insist(() => readStretches(past, workspace, late));
    return new Map(
      Array.from(late, ([device, times]) => {
        const key = { workspace, device, before: Math.min(...times) };
        return [device, { late: times, stretch: upToDate(read?.get(device) ?? nothingKnown, parts, key) }];
      }),
    );
  }

  #judge(logged: LoggedEntry, stretches: Workbench["stretches"]): void {
    const { fleet, settings, nameOf } = this.#parts;
    const batch = this.#batch;
    const { offset } = logged;
    try {
      judgeEntry({ fleet, batch, settings, tally: this.tally, nameOf, offset, stretches }, logged);
    } catch (cause) {
      // Skipping it would make later answers wrong without a word: stop by name, keep it in the log.
      const { offset, entry } = logged;
      this.fail(new Error(`log entry ${offset} (${entry.kind}) could not be judged`, { cause }));
    }
  }

  #kick(): void {
    if (this.#committing !== undefined || this.#stopped) return;
    if (this.#batch.offset <= this.#committed) return;
    const { clock, settings } = this.#parts;
    const wait = this.#lastStart + settings.commitSpacing - clock.now();
    // A clock that was set back must not hold up anything.
    if (this.#batch.urgent || wait <= 0 || wait > settings.commitSpacing) this.#start();
    else if (this.#cancelTimer === undefined) {
      this.#cancelTimer = clock.after(wait, () => {
        this.#cancelTimer = undefined;
        this.#start();
      });
    }
  }

  #start(): void {
    if (this.#stopped) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#committing = this.#commit()
      .catch((cause: unknown) => this.fail(new Error("what a commit made true could not be told", { cause })))
      .finally(() => {
        this.#committing = undefined;
        this.#kick();
      });
  }

  async #commit(): Promise<void> {
    const { latest, bus, clock, results, onCommit } = this.#parts;
    this.#lastStart = clock.now();
    const { commit, entries } = this.#batch.seal();
    this.#batch = new Batch(commit.offset);
    this.#inFlight = commit;
    this.#room?.resolve();
    this.#room = undefined;
    const sequences = await this.#insisting.insist(() => results.commit(commit));
    if (sequences === undefined) return;
    this.#commits++;
    this.#committed = commit.offset;
    this.#inFlight = undefined;
    onCommit(entries);
    publish(bus, latest, commit, sequences);
    this.#parts.onTimers();
    this.#waiters.reached(commit.offset);
  }
}

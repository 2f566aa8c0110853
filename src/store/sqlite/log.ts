import type { LogSink, Log, LoggedEntry, Offset } from "#ports";
import { ByteWriter, type LogEntry, Problem, writeEntry } from "#wire";
import { readEntries } from "./log-frames.ts";
import type { LogCalls } from "./log-calls.ts";
import type { Remote } from "./remote.ts";

/** Bounds of the log; every one has a default. */
export interface LogBounds {
  /** Positions appended and not yet taken by the consumer; more are refused as `overloaded`. */
  readonly maxBacklog: number;
  /** Positions handed to the consumer at once, as far as entries allow. */
  readonly batchPositions: number;
}

interface Appended {
  readonly entry: LogEntry;
  readonly resolve: (offset: Offset) => void;
  readonly reject: (error: Error) => void;
}

/** Entries that will be, or are being, written as one row. */
interface Group {
  readonly out: ByteWriter;
  readonly appended: Appended[];
  readonly done: PromiseWithResolvers<void>;
}

const newGroup = (): Group => {
  const done = Promise.withResolvers<void>();
  done.promise.catch(() => undefined);
  return { out: new ByteWriter(16_384), appended: [], done };
};

const weightOf = (entry: LogEntry): number => (entry.kind === "positions" ? entry.positions.length : 1);

/** Bytes of rows that one read of the replay asks for. */
const REPLAY_BYTES = 1 << 20;

/**
 * The log in front of its thread. One group is on its way to the disk at a time; what is appended meanwhile forms
 * the next, so groups grow with the load and an idle log commits at once. The consumer gets the very entries that
 * were appended; only what an earlier process left is read back from disk.
 */
export class SqliteLog implements Log {
  readonly #thread: Remote<LogCalls>;
  readonly #bounds: LogBounds;
  #end: Offset;
  /** End of what an earlier process left: up to here entries come from disk, after it from `#live`. */
  readonly #found: Offset;
  #gathering = newGroup();
  #writing: Group | undefined;
  #scheduled = false;
  #backlog = 0;
  #refusing = false;
  #live: LoggedEntry[] = [];
  #wake: (() => void) | undefined;
  #consuming = false;
  #closed = false;

  constructor(thread: Remote<LogCalls>, end: Offset, bounds: LogBounds) {
    this.#thread = thread;
    this.#end = end;
    this.#found = end;
    this.#bounds = bounds;
  }

  get end(): Offset {
    return this.#end;
  }

  get backlog(): number {
    return this.#backlog;
  }

  append(entry: LogEntry): Promise<Offset> {
    if (this.#closed) return Promise.reject(new Problem("shutting_down", "The log is closed"));
    const weight = weightOf(entry);
    if (this.#isOver(weight)) {
      const detail = `${this.#backlog} positions wait in the log, at most ${this.#bounds.maxBacklog} may`;
      return Promise.reject(new Problem("overloaded", detail));
    }
    const { out, appended } = this.#gathering;
    const start = out.length;
    try {
      out.u32(0);
      writeEntry(out, entry);
      out.patchU32(start, out.length - start - 4);
    } catch (error) {
      out.rewind(start);
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    this.#backlog += weight;
    this.#schedule();
    return new Promise((resolve, reject) => appended.push({ entry, resolve, reject }));
  }

  async barrier(): Promise<void> {
    const pending = this.#gathering.appended.length > 0 ? this.#gathering.done.promise : undefined;
    await Promise.all([this.#writing?.done.promise, pending]);
  }

  async consume(after: Offset, sink: LogSink): Promise<void> {
    if (this.#consuming) throw new Error("The log has a consumer already");
    if (after > this.#end) {
      throw new Problem(
        "storage_failed",
        `The log ends at ${this.#end}; entries after ${after} were asked for`,
      );
    }
    this.#consuming = true;
    try {
      await this.#replay(after, sink);
      await this.#follow(after, sink);
    } finally {
      this.#consuming = false;
    }
  }

  async truncate(through: Offset): Promise<void> {
    await this.#thread.call("truncate", Math.min(through, this.#end));
  }

  /** Waits for what is on its way to disk, then ends the consumer and the thread. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.barrier().catch(() => undefined);
    this.#wake?.();
    await this.#thread.close(() => this.#thread.call("close", null));
  }

  /**
   * Once one entry was refused, all are, until half of the backlog is gone: a small entry must not slip in behind a
   * large one that was refused, because that would make the large one late when it is sent again.
   */
  #isOver(weight: number): boolean {
    const { maxBacklog } = this.#bounds;
    if (this.#refusing && this.#backlog <= maxBacklog / 2) this.#refusing = false;
    if (this.#backlog > 0 && this.#backlog + weight > maxBacklog) this.#refusing = true;
    return this.#refusing;
  }

  /** Writes at the end of this turn of the event loop, so that what arrived together is one group. */
  #schedule(): void {
    if (this.#scheduled || this.#writing) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#write();
    });
  }

  async #write(): Promise<void> {
    const group = this.#gathering;
    this.#gathering = newGroup();
    this.#writing = group;
    const first = this.#end + 1;
    const body = group.out.finish();
    try {
      await this.#thread.call("append", { first, count: group.appended.length, body }, [body.buffer]);
      this.#written(group);
    } catch (error) {
      this.#failed(group, error instanceof Error ? error : new Error(String(error)));
    }
    this.#writing = undefined;
    if (this.#gathering.appended.length > 0) this.#schedule();
  }

  #written(group: Group): void {
    for (const { entry, resolve } of group.appended) {
      const offset = ++this.#end;
      this.#live.push({ offset, entry });
      resolve(offset);
    }
    group.done.resolve();
    this.#wake?.();
  }

  #failed(group: Group, error: Error): void {
    for (const { entry, reject } of group.appended) {
      this.#backlog -= weightOf(entry);
      reject(error);
    }
    group.done.reject(error);
  }

  async #replay(after: Offset, sink: LogSink): Promise<void> {
    let next = after + 1;
    while (next <= this.#found && !this.#closed) {
      const rows = await this.#thread.call("read", { after: next - 1, bytes: REPLAY_BYTES });
      const batch = readEntries(rows, next, this.#found);
      const last = batch.at(-1);
      if (!last)
        throw new Problem("storage_failed", `The log lacks its entries from ${next} to ${this.#found}`);
      await sink(batch);
      next = last.offset + 1;
    }
  }

  /** Hands over what was appended in this process, until the log is closed and everything was handed over. */
  async #follow(after: Offset, sink: LogSink): Promise<void> {
    while (!this.#closed || this.#live.length > 0) {
      if (this.#live.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
        continue;
      }
      const taken = this.#take();
      const batch = taken.filter(({ offset }) => offset > after);
      if (batch.length > 0) await sink(batch);
      for (const { entry } of taken) this.#backlog -= weightOf(entry);
    }
  }

  #take(): LoggedEntry[] {
    let count = 0;
    let positions = 0;
    while (count < this.#live.length && positions < this.#bounds.batchPositions) {
      const logged = this.#live[count++];
      if (logged) positions += weightOf(logged.entry);
    }
    return this.#live.splice(0, count);
  }
}

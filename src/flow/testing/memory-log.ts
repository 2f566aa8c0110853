import type { Log, LoggedEntry, LogSink, Offset } from "#ports";
import { type LogEntry, Problem } from "#wire";

interface Appended {
  readonly entry: LogEntry;
  readonly settled: PromiseWithResolvers<Offset>;
}

/** What survives the process: the durable entries. They are never forgotten here, so that tests can replay them. */
export class LogDisk {
  readonly entries: LoggedEntry[] = [];
  truncated: Offset = 0;
}

/** A log of one process on a disk in memory. Entries become durable at the end of the turn, or when told to. */
export class MemoryLog implements Log {
  /** The next groups are refused with this. */
  failure: Problem | undefined;
  /** While true nothing becomes durable. */
  held = false;
  backlog = 0;
  readonly #disk: LogDisk;
  #gathering: Appended[] = [];
  #scheduled = false;
  #dead = false;
  #wake: (() => void) | undefined;

  constructor(disk: LogDisk) {
    this.#disk = disk;
  }

  get end(): Offset {
    return this.#disk.entries.length;
  }

  append(entry: LogEntry): Promise<Offset> {
    const settled = Promise.withResolvers<Offset>();
    this.#gathering.push({ entry: structuredClone(entry), settled });
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        if (!this.held) this.flush();
      });
    }
    return settled.promise;
  }

  async barrier(): Promise<void> {
    await Promise.all(this.#gathering.map(({ settled }) => settled.promise));
  }

  /** Makes durable, or refuses, what was appended. */
  flush(): void {
    if (this.#dead) return;
    for (const { entry, settled } of this.#gathering.splice(0)) {
      if (this.failure !== undefined) settled.reject(this.failure);
      else {
        this.#disk.entries.push({ offset: this.end + 1, entry });
        this.backlog += entry.kind === "positions" ? entry.positions.length : 1;
        settled.resolve(this.end);
      }
    }
    this.#wake?.();
  }

  async consume(after: Offset, sink: LogSink): Promise<void> {
    let next = after;
    while (!this.#dead) {
      const batch = this.#disk.entries.slice(next, next + 7);
      if (batch.length > 0) {
        await sink(batch);
        next += batch.length;
        if (next === this.end) this.backlog = 0;
      } else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async truncate(through: Offset): Promise<void> {
    this.#disk.truncated = Math.max(this.#disk.truncated, through);
  }

  /** The process is gone: what was not durable is lost, and nobody hears of it. */
  crash(): void {
    this.#dead = true;
    this.#gathering = [];
    this.#wake?.();
  }
}

import type { LogEntry } from "#wire";

/** Place of an entry in the log: 1, 2, 3 … in the order of durability. 0 is before the first. */
export type Offset = number;

/** A durable entry with its place. */
export interface LoggedEntry {
  readonly offset: Offset;
  readonly entry: LogEntry;
}

/** Takes durable entries in order. Its promise is the back-pressure: the next batch comes when it settles. */
export type LogSink = (batch: readonly LoggedEntry[]) => Promise<void>;

/** The append-only log: what it acknowledged survives kill -9 and power loss. */
export interface Log {
  /**
   * Resolves with the entry's offset once it is on disk (group commit).
   * Rejects with `overloaded` when the bound of unwritten entries is reached, `storage_full`, `storage_failed`
   * or `shutting_down`; then nothing of it is in the log.
   */
  append(entry: LogEntry): Promise<Offset>;
  /** Resolves when everything appended before this call is on disk, rejects if some of it failed. */
  barrier(): Promise<void>;
  /** Hands everything after `after` to `sink`, first from disk, then as it arrives. One consumer a log. */
  consume(after: Offset, sink: LogSink): Promise<void>;
  /** Everything up to `through` may be forgotten. */
  truncate(through: Offset): Promise<void>;
  /** Offset of the newest durable entry; 0 when empty since ever. */
  readonly end: Offset;
  /** Positions appended and not yet taken by the consumer. */
  readonly backlog: number;
}

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { HistoryQuery } from "#ports";
import type { Fix } from "#wire";
import { oncePerTime } from "./once.ts";
import { TailIndex } from "./tail-index.ts";
import { inSnapshot } from "./transaction.ts";

/** Largest answer of one range. */
const MAX_LIMIT = 100_000;

/** Answers questions about history from tail and segments, each on one consistent view. */
export class HistoryReader {
  readonly #database: DatabaseSync;
  readonly #tail: TailIndex;
  readonly #num: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#tail = new TailIndex(database);
    this.#num = database.prepare(
      "SELECT num FROM device WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND id = ?",
    );
  }

  /** Fixes from `from` to `to`, ascending, each time once, at most `limit` of them. */
  range({ workspace, device, from, to, limit }: HistoryQuery): Fix[] {
    return inSnapshot(this.#database, () => {
      const num = this.#numOf(workspace, device);
      if (num === undefined) return [];
      const unsettled = this.#tail.fixesOf(num, device).filter(({ time }) => time >= from && time <= to);
      return oncePerTime(unsettled).slice(0, Math.min(limit, MAX_LIMIT));
    });
  }

  /** Those of `times` that are stored. */
  known(workspace: string, device: string, times: Float64Array): Float64Array<ArrayBuffer> {
    return inSnapshot(this.#database, () => {
      const num = this.#numOf(workspace, device);
      if (num === undefined) return new Float64Array();
      const stored = new Set(this.#tail.fixesOf(num, device).map(({ time }) => time));
      return Float64Array.from(times.filter((time) => stored.has(time)));
    });
  }

  #numOf(workspace: string, device: string): number | undefined {
    const row = this.#num.get(workspace, device);
    if (!row) return undefined;
    this.#tail.refresh();
    return Number(row["num"]);
  }
}

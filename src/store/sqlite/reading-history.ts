import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { HistoryQuery } from "#ports";
import type { Fix } from "#wire";
import { oncePerTime } from "./once.ts";
import { readSegment, readSegmentTimes } from "./segment-codec.ts";
import { TailIndex } from "./tail-index.ts";
import { TimesCache } from "./times-cache.ts";
import { inSnapshot } from "./transaction.ts";

/** Largest answer of one range. */
const MAX_LIMIT = 100_000;

interface Found {
  readonly id: number;
  readonly from: number;
  readonly n: number;
}

/** Answers questions about history from segments and tail, each on one consistent view. */
export class HistoryReader {
  readonly #database: DatabaseSync;
  readonly #tail: TailIndex;
  readonly #times = new TimesCache();
  readonly #num: StatementSync;
  readonly #spans: StatementSync;
  readonly #body: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#tail = new TailIndex(database);
    this.#num = database.prepare(
      "SELECT num FROM device WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND id = ?",
    );
    this.#spans = database.prepare(
      "SELECT id, from_ms, to_ms, n FROM segment WHERE device = ? AND from_ms <= ? AND to_ms >= ? ORDER BY from_ms",
    );
    this.#body = database.prepare("SELECT body FROM segment WHERE id = ?");
  }

  /** Fixes from `from` to `to`, ascending, each time once, at most `limit` of them. */
  range(query: HistoryQuery): readonly Fix[] {
    return inSnapshot(this.#database, () => this.rangeIn(query));
  }

  /** The same within a snapshot that the caller has begun. */
  rangeIn({ workspace, device, from, to, limit }: HistoryQuery): readonly Fix[] {
    const num = this.#numOf(workspace, device);
    if (num === undefined) return [];
    const most = Math.min(limit, MAX_LIMIT);
    const within = ({ time }: Fix): boolean => time >= from && time <= to;
    const unsettled = this.#tail.fixesOf(num, device).filter(within);
    return this.#collect(num, device, { from, to, most }, unsettled);
  }

  /**
   * Reads segments in the order of their beginnings until enough fixes lie before the beginning of the next one.
   * Ids tell which copy of a time came first, and everything settled came before the tail.
   */
  #collect(
    num: number,
    device: string,
    { from, to, most }: { readonly from: number; readonly to: number; readonly most: number },
    unsettled: readonly Fix[],
  ): readonly Fix[] {
    const spans = this.#spans
      .all(num, to, from)
      .map((row): Found => ({ id: Number(row["id"]), from: Number(row["from_ms"]), n: Number(row["n"]) }));
    const parts: { readonly id: number; readonly fixes: readonly Fix[] }[] = [];
    let have = 0;
    let wanted = most;
    for (const [i, span] of spans.entries()) {
      const fixes = readSegment(this.#bodyOf(span.id), device).filter(
        ({ time }) => time >= from && time <= to,
      );
      parts.push({ id: span.id, fixes });
      have += fixes.length;
      const next = spans[i + 1];
      if (have < wanted || !next) continue;
      const merged = mergeParts(parts, unsettled);
      if (merged.length >= most && (merged[most - 1]?.time ?? 0) < next.from) return merged.slice(0, most);
      wanted = have + most;
    }
    return mergeParts(parts, unsettled).slice(0, most);
  }

  /** Those of `times` that are stored. */
  known(workspace: string, device: string, times: Float64Array): Float64Array<ArrayBuffer> {
    return inSnapshot(this.#database, () => {
      const num = this.#numOf(workspace, device);
      if (num === undefined) return new Float64Array();
      const stored = new Set(this.#tail.fixesOf(num, device).map(({ time }) => time));
      const sorted = times.toSorted();
      const first = sorted[0] ?? 0;
      const last = sorted.at(-1) ?? 0;
      for (const row of this.#spans.all(num, last, first)) {
        const from = Number(row["from_ms"]);
        const to = Number(row["to_ms"]);
        const asked = sorted.subarray(firstNotBefore(sorted, from), firstNotBefore(sorted, to, true));
        if (asked.length === 0) continue;
        const id = Number(row["id"]);
        const held = this.#times.get(id, Number(row["n"]), () => readSegmentTimes(this.#bodyOf(id)));
        for (const time of asked) if (held[firstNotBefore(held, time)] === time) stored.add(time);
      }
      return Float64Array.from(sorted.filter((time) => stored.has(time)));
    });
  }

  #bodyOf(id: number): Uint8Array {
    return this.#body.get(id)?.["body"] as Uint8Array;
  }

  #numOf(workspace: string, device: string): number | undefined {
    const row = this.#num.get(workspace, device);
    if (!row) return undefined;
    this.#tail.refresh();
    return Number(row["num"]);
  }
}

/** Segments in the order of their ids, then the tail; each time once, the first copy. */
function mergeParts(
  parts: readonly { readonly id: number; readonly fixes: readonly Fix[] }[],
  unsettled: readonly Fix[],
): readonly Fix[] {
  const inOrder = parts.toSorted((a, b) => a.id - b.id).flatMap(({ fixes }) => fixes);
  return oncePerTime([...inOrder, ...unsettled]);
}

/** Index of the first of ascending `times` that is not before `time` (with `after`: that is behind it). */
function firstNotBefore(times: Float64Array, time: number, after = false): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = times[middle] ?? 0;
    if (value < time || (after && value === time)) low = middle + 1;
    else high = middle;
  }
  return low;
}

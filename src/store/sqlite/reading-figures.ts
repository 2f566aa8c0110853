import type { DatabaseSync } from "node:sqlite";
import type { StoreFigures } from "#ports";
import { inSnapshot } from "./transaction.ts";

/** Counts of a store; `bytes` is the size of `store.sqlite` without its WAL. */
export function figuresOf(database: DatabaseSync): StoreFigures {
  return inSnapshot(database, () => {
    const row = database
      .prepare(
        `SELECT coalesce((SELECT sum(n) FROM segment INDEXED BY segment_span), 0) AS settled,
                (SELECT count(*) FROM segment INDEXED BY segment_span) AS segments,
                coalesce((SELECT sum(n) FROM tail), 0) AS tail,
                (SELECT count(*) FROM event) AS events,
                (SELECT count(*) FROM device) AS devices,
                (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes`,
      )
      .get();
    const numberOf = (name: string): number => Number(row?.[name]);
    return {
      fixes: numberOf("settled") + numberOf("tail"),
      unsettledFixes: numberOf("tail"),
      segments: numberOf("segments"),
      events: numberOf("events"),
      devices: numberOf("devices"),
      bytes: numberOf("bytes"),
    };
  });
}

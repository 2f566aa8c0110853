import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { Problem } from "#wire";
import { isSyncFailure } from "./failure.ts";
import { openFile } from "./file.ts";
import type { Group, LogCalls, Row } from "./log-calls.ts";
import { LOG_FILE } from "./log-schema.ts";
import { moving, serve } from "./serve.ts";
import { inTransaction } from "./transaction.ts";

/** Rows that one truncation removes in one transaction, so that an append never waits long. */
const TRUNCATE_ROWS = 500;
/** Free pages (of 4 KiB) from which on disk is given back. */
const FREE_PAGES = 16_384;

let database: DatabaseSync | undefined;
let insert: StatementSync | undefined;
/** Set once an fsync failed: what the disk holds is unknown, so nothing may be acknowledged any more. */
let sick: Problem | undefined;

function opened(): DatabaseSync {
  if (sick) throw sick;
  if (!database) throw new Problem("storage_failed", "The log is not open");
  return database;
}

function open({ path, floor }: { readonly path: string; readonly floor: number }): number {
  database = openFile(path, LOG_FILE);
  database.exec("PRAGMA synchronous = FULL");
  insert = database.prepare("INSERT INTO log (first, count, crc, body) VALUES (?, ?, ?, ?)");
  const end = endOf(database);
  if (end >= floor) return end;
  database.prepare("UPDATE mark SET value = ? WHERE name = 'end'").run(floor);
  return floor;
}

function endOf(log: DatabaseSync): number {
  const row = log
    .prepare(
      `SELECT max((SELECT value FROM mark WHERE name = 'end'),
                  coalesce((SELECT first + count - 1 FROM log ORDER BY first DESC LIMIT 1), 0)) AS end`,
    )
    .get();
  return Number(row?.["end"]);
}

function append({ first, count, body }: Group): void {
  const log = opened();
  try {
    inTransaction(log, () => insert?.run(first, count, crc32(body), body));
  } catch (error) {
    if (isSyncFailure(error)) {
      sick = new Problem("storage_failed", "An fsync of the log failed; restart when the disk is well", {
        cause: error,
      });
    }
    throw error;
  }
}

function read({ after, bytes }: { readonly after: number; readonly bytes: number }): readonly Row[] {
  const rows: Row[] = [];
  let size = 0;
  const found = opened()
    .prepare(
      `SELECT first, count, crc, body FROM log
       WHERE first >= coalesce((SELECT max(first) FROM log WHERE first <= ?1 + 1), 0) AND first + count - 1 > ?1
       ORDER BY first`,
    )
    .iterate(after);
  for (const row of found) {
    const body = (row["body"] as Uint8Array).slice();
    const first = Number(row["first"]);
    if (crc32(body) !== row["crc"]) {
      throw new Problem("storage_failed", `Corrupt log row at offset ${first}: its checksum differs`);
    }
    rows.push({ first, count: Number(row["count"]), body });
    size += body.length;
    if (size >= bytes) break;
  }
  return moving(
    rows,
    rows.map((row) => row.body.buffer),
  );
}

function truncate(through: number): void {
  const log = opened();
  const end = endOf(log);
  const mark = log.prepare("UPDATE mark SET value = max(value, ?) WHERE name = 'end'");
  const remove = log.prepare(
    `DELETE FROM log WHERE first IN
       (SELECT first FROM log WHERE first + count - 1 <= ? ORDER BY first LIMIT ${TRUNCATE_ROWS})`,
  );
  let removed = 0;
  do {
    removed = inTransaction(log, () => {
      mark.run(end);
      return Number(remove.run(through).changes);
    });
  } while (removed === TRUNCATE_ROWS);
  const free = Number(log.prepare("PRAGMA freelist_count").get()?.["freelist_count"]);
  if (free > FREE_PAGES) log.exec("PRAGMA incremental_vacuum");
}

serve({
  open,
  append,
  read,
  truncate,
  close: () => {
    database?.close();
    database = undefined;
  },
} satisfies LogCalls);

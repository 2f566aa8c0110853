import { closeSync, fsyncSync, linkSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openReadOnly } from "./file.ts";
import { LOG_FILE } from "./log-schema.ts";
import { STORE_FILE } from "./store-schema.ts";

/** `application_id` of a backup: a store with the rows of the log that its offset does not cover. */
export const BACKUP_ID = 0x57_41_42_4b;

/** Makes the bytes of a file, or the names in a folder, survive a power loss. */
export function syncPath(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Adds what the log held at its snapshot and the copied store does not know yet. */
function addLog(log: DatabaseSync, path: string): void {
  const copy = new DatabaseSync(path);
  try {
    const offset = Number(copy.prepare("SELECT value FROM mark WHERE name = 'offset'").get()?.["value"]);
    copy.exec("BEGIN");
    copy.exec(
      "CREATE TABLE log (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL)",
    );
    const insert = copy.prepare("INSERT INTO log VALUES (?, ?, ?, ?)");
    const rows = log.prepare(
      "SELECT first, count, crc, body FROM log WHERE first + count - 1 > ? ORDER BY first",
    );
    for (const row of rows.iterate(offset)) {
      insert.run(row["first"] ?? null, row["count"] ?? null, row["crc"] ?? null, row["body"] ?? null);
    }
    copy.exec(`PRAGMA application_id = ${BACKUP_ID}`);
    copy.exec("COMMIT");
  } finally {
    copy.close();
  }
}

/**
 * Copies a data folder that is in use into one file. The view of the log is taken first: what it lacks was
 * truncated, so it is in every later view of the store, and what it holds beyond the store's offset is added. So
 * everything acknowledged before the call is in the copy. Throws when `path` exists.
 */
export function writeBackup(folder: string, path: string): void {
  const part = `${path}.part-${process.pid}`;
  const log = openReadOnly(`${folder}/log.sqlite`, LOG_FILE);
  try {
    log.exec("BEGIN");
    log.prepare("SELECT count(*) FROM mark").get();
    const store = openReadOnly(`${folder}/store.sqlite`, STORE_FILE);
    try {
      store.prepare("VACUUM INTO ?").run(part);
    } finally {
      store.close();
    }
    addLog(log, part);
    syncPath(part);
    linkSync(part, path);
    syncPath(dirname(path));
  } finally {
    log.close();
    rmSync(part, { force: true });
  }
}

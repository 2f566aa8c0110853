import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Problem } from "#wire";
import { BACKUP_ID, syncPath } from "./backup.ts";
import { integrityOf, logProblems } from "./check.ts";
import { checkKind, type FileKind, openFile, openReadOnly } from "./file.ts";
import { lockFolder } from "./lock.ts";
import { LOG_FILE } from "./log-schema.ts";
import { STORE_FILE } from "./store-schema.ts";
import { inTransaction } from "./transaction.ts";

/** A backup: the store's tables and those rows of the log that its offset does not cover. */
const BACKUP_FILE: FileKind = { ...STORE_FILE, applicationId: BACKUP_ID, what: "backup" };

function refuseUnlessEmpty(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name !== "LOCK") : [];
  if (names.length > 0) {
    throw new Problem(
      "conflict",
      `The folder ${folder} is not empty (it has ${names[0]}); a restore needs an empty one`,
    );
  }
}

function verify(path: string): void {
  if (!existsSync(path)) throw new Problem("not_found", `There is no backup at ${path}`);
  const backup = openReadOnly(path, BACKUP_FILE);
  try {
    const problems = [...integrityOf(backup, "backup"), ...logProblems(backup)];
    if (problems.length > 0)
      throw new Problem("storage_failed", `The backup ${path} is damaged: ${problems[0]}`);
  } finally {
    backup.close();
  }
}

/** Moves the log's rows from the copied backup into a log of their own; offsets go on behind both. */
function splitLog(storePath: string, logPath: string): void {
  const log = openFile(logPath, LOG_FILE);
  const store = new DatabaseSync(storePath);
  try {
    checkKind(store, storePath, BACKUP_FILE);
    const offset = Number(store.prepare("SELECT value FROM mark WHERE name = 'offset'").get()?.["value"]);
    const insert = log.prepare("INSERT INTO log (first, count, crc, body) VALUES (?, ?, ?, ?)");
    inTransaction(log, () => {
      for (const row of store.prepare("SELECT first, count, crc, body FROM log ORDER BY first").iterate()) {
        insert.run(row["first"] ?? null, row["count"] ?? null, row["crc"] ?? null, row["body"] ?? null);
      }
      log.prepare("UPDATE mark SET value = ? WHERE name = 'end'").run(offset);
    });
    store.exec("DROP TABLE log");
    store.exec("UPDATE mark SET value = lower(hex(randomblob(8))) WHERE name = 'epoch'");
    store.exec(`PRAGMA application_id = ${STORE_FILE.applicationId}`);
  } finally {
    store.close();
    log.close();
  }
}

/**
 * Makes a data folder from a backup. The folder must be missing or empty (`conflict`), the backup is verified first
 * (`storage_failed`, `not_found`). The feed of events gets a new name, because numbers after the backup may be given
 * again: readers with an older cursor are told to reload.
 */
export function restoreBackup(path: string, folder: string): void {
  refuseUnlessEmpty(folder);
  verify(path);
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(folder);
  const storePart = `${folder}/store.sqlite.part`;
  const logPart = `${folder}/log.sqlite.part`;
  try {
    copyFileSync(path, storePart);
    splitLog(storePart, logPart);
    for (const part of [storePart, logPart]) syncPath(part);
    renameSync(logPart, `${folder}/log.sqlite`);
    renameSync(storePart, `${folder}/store.sqlite`);
    syncPath(folder);
  } finally {
    for (const part of [storePart, logPart]) {
      for (const ending of ["", "-wal", "-shm", "-journal"]) rmSync(part + ending, { force: true });
    }
    unlock();
  }
}

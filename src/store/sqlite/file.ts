import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Problem } from "#wire";

/** A kind of database file: how it is recognised, and the steps from nothing to the newest schema. */
export interface FileKind {
  /** `application_id` in the file's header. */
  readonly applicationId: number;
  /** What it is called in messages: "log", "store". */
  readonly what: string;
  /** Step n leads from schema n to n + 1; the number of steps is the newest schema. */
  readonly migrations: readonly string[];
}

const HEADER = "SQLite format 3\0";

function refuse(path: string, why: string, cause?: unknown): never {
  throw new Problem("storage_failed", `${path} ${why}; it was left as it is`, { cause });
}

/** Refuses a file that has no SQLite header, before SQLite could take an odd one for an empty database. */
function checkHeader(path: string): void {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(HEADER.length);
    const read = readSync(file, bytes, 0, HEADER.length, 0);
    if (read > 0 && bytes.toString("latin1") !== HEADER) refuse(path, "is no SQLite database");
  } finally {
    closeSync(file);
  }
}

const pragma = (database: DatabaseSync, name: string): unknown =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

/** Checks that an open database is of this kind and not newer than this program; answers its schema number. */
export function checkKind(database: DatabaseSync, path: string, kind: FileKind): number {
  let id: unknown;
  let version: unknown;
  try {
    id = pragma(database, "application_id");
    version = pragma(database, "user_version");
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
  } catch (error) {
    refuse(path, `is corrupt (${error instanceof Error ? error.message : String(error)})`, error);
  }
  if (typeof version !== "number") refuse(path, "has no schema number");
  if (version === 0 && id === 0) {
    const { count } = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get() ?? {};
    if (count !== 0) refuse(path, `is a database of another program, not a Whereabouts ${kind.what}`);
    return 0;
  }
  if (id !== kind.applicationId)
    refuse(path, `is a database of another program, not a Whereabouts ${kind.what}`);
  if (version > kind.migrations.length) {
    const newest = kind.migrations.length;
    refuse(path, `has schema ${version} of a newer Whereabouts; this one knows schemas up to ${newest}`);
  }
  return version;
}

function migrate(database: DatabaseSync, kind: FileKind, from: number): void {
  for (let version = from; version < kind.migrations.length; version++) {
    database.exec("BEGIN IMMEDIATE");
    database.exec(kind.migrations[version] ?? "");
    database.exec(`PRAGMA application_id = ${kind.applicationId}`);
    database.exec(`PRAGMA user_version = ${version + 1}`);
    database.exec("COMMIT");
  }
}

/**
 * Opens a database for writing, in WAL mode, and brings it to the newest schema. Refuses by name, with
 * `storage_failed`, what is no database, corrupt, of another program or newer than this one.
 */
export function openFile(path: string, kind: FileKind): DatabaseSync {
  const fresh = !existsSync(path);
  if (!fresh) checkHeader(path);
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    const version = checkKind(database, path, kind);
    if (version === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("PRAGMA journal_mode = WAL");
    migrate(database, kind, version);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a database that exists for reading only. */
export function openReadOnly(path: string, kind: FileKind): DatabaseSync {
  checkHeader(path);
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    checkKind(database, path, kind);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

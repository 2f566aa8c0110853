import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { type FileKind, openReadOnly } from "./file.ts";
import { readSections } from "./fix-groups.ts";
import { LOG_FILE } from "./log-schema.ts";
import { readSegmentTimes } from "./segment-codec.ts";
import { STORE_FILE } from "./store-schema.ts";
import { eachSection, headsOf } from "./tail-index.ts";

/** Problems that SQLite finds in a file, each with the file's name. */
export function integrityOf(database: DatabaseSync, what: string): string[] {
  return database
    .prepare("PRAGMA integrity_check(20)")
    .all()
    .map((row) => String(row["integrity_check"]))
    .filter((text) => text !== "ok")
    .map((text) => `${what}: ${text}`);
}

/** Rows of a log that are missing or differ from their checksum. */
export function logProblems(database: DatabaseSync): string[] {
  const problems: string[] = [];
  let expected: number | undefined;
  for (const row of database.prepare("SELECT first, count, crc, body FROM log ORDER BY first").iterate()) {
    const first = Number(row["first"]);
    if (expected !== undefined && first !== expected)
      problems.push(`log: offsets ${expected} to ${first - 1} are missing`);
    if (crc32(row["body"] as Uint8Array) !== row["crc"])
      problems.push(`log: the row at offset ${first} is corrupt`);
    expected = first + Number(row["count"]);
  }
  return problems;
}

/** Segments that cannot be read, devices and spans that disagree with them, rows of the tail that are corrupt. */
function storeProblems(database: DatabaseSync): string[] {
  const problems: string[] = [];
  const segments = database.prepare("SELECT id, from_ms, to_ms, n, body FROM segment ORDER BY id");
  for (const row of segments.iterate()) {
    try {
      const times = readSegmentTimes(row["body"] as Uint8Array);
      const sound = times.length === row["n"] && times[0] === row["from_ms"] && times.at(-1) === row["to_ms"];
      if (!sound) problems.push(`store: segment ${String(row["id"])} does not hold what its row says`);
    } catch (error) {
      problems.push(
        `store: segment ${String(row["id"])}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  for (const row of database.prepare("SELECT id, heads, body FROM tail ORDER BY id").iterate()) {
    try {
      eachSection(headsOf(row["heads"] as Uint8Array), row["body"] as Uint8Array, (_, section) => {
        readSections([section], "");
      });
    } catch (error) {
      problems.push(
        `store: tail row ${String(row["id"])}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return problems;
}

function problemsOf(
  path: string,
  kind: FileKind,
  look: (database: DatabaseSync) => readonly string[],
): readonly string[] {
  let database: DatabaseSync | undefined;
  try {
    database = openReadOnly(path, kind);
    return [...integrityOf(database, kind.what), ...look(database)];
  } catch (error) {
    return [`${kind.what}: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    database?.close();
  }
}

/** Problems in the files of a data folder; empty when all is well. */
export function checkFolder(folder: string): readonly string[] {
  return [
    ...problemsOf(`${folder}/log.sqlite`, LOG_FILE, logProblems),
    ...problemsOf(`${folder}/store.sqlite`, STORE_FILE, storeProblems),
  ];
}

import type { FileKind } from "./file.ts";

/** `log.sqlite`: one row a group commit; `end` outlives the rows, so that offsets never start again. */
export const LOG_FILE: FileKind = {
  applicationId: 0x57_41_4c_47,
  what: "log",
  migrations: [
    `CREATE TABLE log (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL);
     CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
     INSERT INTO mark VALUES ('end', 0);`,
  ],
};

import type { DatabaseSync } from "node:sqlite";
import type { AuditEntry } from "#ports";
import type { Names } from "./names.ts";

/** Entries that are kept of all workspaces together. */
const MOST = 100_000;

/** Writes the audit log; the oldest entries go when it is full. */
export class AuditWriter {
  readonly #database: DatabaseSync;
  readonly #names: Names;

  constructor(database: DatabaseSync, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  write(entry: AuditEntry): void {
    // The log of a workspace goes with it.
    const workspace = this.#names.numberOf(entry.workspace);
    if (workspace === undefined) return;
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO audit (workspace, at, body) VALUES (?, ?, ?)")
      .run(workspace, entry.at, JSON.stringify(entry));
    this.#database.prepare("DELETE FROM audit WHERE seq <= ?").run(Number(lastInsertRowid) - MOST);
  }
}

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Cooldown, DefinitionKey } from "#ports";
import type { Definition } from "#wire";
import type { Names } from "./names.ts";

/** Writes rules, watches and how they stand, within the transaction of a commit. */
export class DefinitionWriter {
  readonly #names: Names;
  readonly #put: StatementSync;
  readonly #erase: StatementSync;
  readonly #cool: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync, names: Names) {
    this.#names = names;
    this.#put = database.prepare(
      `INSERT INTO definition (workspace, kind, id, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (workspace, kind, id) DO UPDATE SET body = excluded.body`,
    );
    this.#erase = database.prepare("DELETE FROM definition WHERE workspace = ? AND kind = ? AND id = ?");
    this.#cool = database.prepare(
      `INSERT INTO cooldown (workspace, rule, device, fence, time) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (workspace, rule, device, fence) DO UPDATE SET time = excluded.time`,
    );
    this.#forget = database.prepare("DELETE FROM cooldown WHERE workspace = ? AND rule = ?");
  }

  put({ of, value }: Definition): void {
    this.#put.run(this.#names.workspace(value.workspace), of, value.id, JSON.stringify(value));
  }

  erase({ workspace, of, id }: DefinitionKey): void {
    this.#erase.run(this.#names.workspace(workspace), of, id);
    if (of === "rule") this.#forget.run(this.#names.workspace(workspace), id);
  }

  cool({ workspace, rule, device, fence, time }: Cooldown): void {
    this.#cool.run(this.#names.workspace(workspace), rule, device, fence ?? "", time);
  }
}

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Target } from "#wire";
import type { Names } from "./names.ts";
import { Tally } from "./tally.ts";

/** Alerts of a deleted target that one step gives up. */
const STEP = 2000;

/** Writes targets. */
export class TargetWriter {
  readonly #database: DatabaseSync;
  readonly #names: Names;
  readonly #tally: Tally;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #remove: StatementSync;
  readonly #giveUp: StatementSync;

  constructor(database: DatabaseSync, names: Names) {
    this.#database = database;
    this.#names = names;
    this.#tally = new Tally(database);
    this.#insert = database.prepare("INSERT INTO target (workspace, id, body) VALUES (?, ?, ?)");
    this.#update = database.prepare("UPDATE target SET body = ? WHERE workspace = ? AND id = ?");
    this.#remove = database.prepare("DELETE FROM target WHERE workspace = ? AND id = ?");
    this.#giveUp = database.prepare(
      `UPDATE alert SET state = 'dead', last_at = ?, last_status = NULL, last_error = 'target deleted'
       WHERE seq IN (SELECT seq FROM alert WHERE workspace = ? AND target = ? AND state = 'queued' LIMIT ${STEP})`,
    );
  }

  /** Throws `conflict` when the id exists. */
  create(target: Target): void {
    this.#insert.run(this.#names.open(target.workspace), target.id, JSON.stringify(target));
  }

  /** False when there is no such target. */
  update(target: Target): boolean {
    const workspace = this.#names.numberOf(target.workspace) ?? null;
    return Number(this.#update.run(JSON.stringify(target), workspace, target.id).changes) > 0;
  }

  /** Removes the target at once and gives up its queued alerts step by step; `more` while there are any. */
  remove({ workspace, id, at }: { readonly workspace: string; readonly id: string; readonly at: number }): {
    readonly found: boolean;
    readonly more: boolean;
  } {
    const num = this.#names.workspace(workspace);
    return this.#tally.transaction(this.#database, () => {
      const found = Number(this.#remove.run(num, id).changes) > 0;
      const dead = Number(this.#giveUp.run(at, num, id).changes);
      if (dead > 0) this.#tally.change(num, id, { dead });
      return { found, more: dead === STEP };
    });
  }
}

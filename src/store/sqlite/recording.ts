import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Attempt, Outcome } from "#ports";
import { Tally } from "./tally.ts";

/** Attempts of one alert that are kept. */
const KEPT = 100;

interface Row {
  readonly workspace: number;
  readonly target: string;
  readonly state: string;
}

/** Writes what became of alerts. */
export class OutcomeWriter {
  readonly #database: DatabaseSync;
  readonly #tally: Tally;
  readonly #find: StatementSync;
  readonly #update: StatementSync;
  readonly #attempt: StatementSync;
  readonly #prune: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#tally = new Tally(database);
    this.#find = database.prepare("SELECT workspace, target, state FROM alert WHERE seq = ?");
    this.#update = database.prepare(
      `UPDATE alert SET state = ?2, due_at = ?3, attempts = attempts + ?4, first_at = coalesce(first_at, ?5),
         last_at = coalesce(?5, last_at), last_status = ?6, last_error = ?7 WHERE seq = ?1`,
    );
    this.#attempt = database.prepare(
      "INSERT OR REPLACE INTO attempt (alert, at, duration, status, error) VALUES (?, ?, ?, ?, ?)",
    );
    this.#prune = database.prepare(
      `DELETE FROM attempt WHERE alert = ?1 AND at <=
         (SELECT at FROM attempt WHERE alert = ?1 ORDER BY at DESC LIMIT 1 OFFSET ${KEPT})`,
    );
  }

  /** All of them or none. An alert that is gone meanwhile is passed over. */
  record(outcomes: readonly Outcome[]): void {
    this.#tally.transaction(this.#database, () => {
      for (const outcome of outcomes) this.#one(outcome);
    });
  }

  #one(outcome: Outcome): void {
    const { seq, state, dueAt = 0, attempt } = outcome;
    const row = this.#find.get(seq) as Row | undefined;
    if (!row) return;
    if (attempt) this.#log(seq, row, attempt);
    if (state !== "sent" && row.state !== "queued") return;
    const failed = attempt?.error === undefined ? 0 : 1;
    const error = outcome.error ?? attempt?.error ?? null;
    this.#update.run(seq, state, dueAt, failed, attempt?.at ?? null, attempt?.status ?? null, error);
    if (state === row.state || state === "queued") return;
    const { workspace, target } = row;
    if (state === "sent") {
      this.#tally.change(workspace, target, { sent: 1, held: 1, dead: row.state === "dead" ? -1 : 0 });
    } else this.#tally.change(workspace, target, { dead: 1 });
  }

  #log(seq: number, { workspace, target }: Row, { at, duration, status, error }: Attempt): void {
    this.#attempt.run(seq, at, duration, status ?? null, error ?? null);
    if (error === undefined) {
      this.#tally.well(workspace, target);
      return;
    }
    this.#prune.run(seq);
    this.#tally.change(workspace, target, { failed: 1 });
    this.#tally.failing(workspace, target, at);
  }
}

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** How the counters of a target change. */
export interface TallyChange {
  readonly created?: number;
  /** Alerts that became sent, ever. */
  readonly sent?: number;
  /** Attempts that failed, ever. */
  readonly failed?: number;
  /** Rows that are sent now. */
  readonly held?: number;
  /** Rows that are dead now. */
  readonly dead?: number;
  readonly forgotten?: number;
}

/** Counters a target, kept with every change of its alerts in the same transaction: counting rows would take too long. */
export class Tally {
  readonly #change: StatementSync;
  readonly #failing: StatementSync;
  readonly #well: StatementSync;

  constructor(database: DatabaseSync) {
    this.#change = database.prepare(
      `INSERT INTO tally (workspace, target, created, sent, failed, held, dead, forgotten) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (workspace, target) DO UPDATE SET
         created = created + excluded.created, sent = sent + excluded.sent, failed = failed + excluded.failed,
         held = held + excluded.held, dead = dead + excluded.dead, forgotten = forgotten + excluded.forgotten`,
    );
    this.#failing = database.prepare(
      "UPDATE tally SET failing_since = ? WHERE workspace = ? AND target = ? AND failing_since IS NULL",
    );
    this.#well = database.prepare(
      "UPDATE tally SET failing_since = NULL WHERE workspace = ? AND target = ? AND failing_since IS NOT NULL",
    );
  }

  change(workspace: number, target: string, change: TallyChange): void {
    const { created = 0, sent = 0, failed = 0, held = 0, dead = 0, forgotten = 0 } = change;
    this.#change.run(workspace, target, created, sent, failed, held, dead, forgotten);
  }

  /** An attempt that began at `at` failed; the first of a row of failures is remembered. */
  failing(workspace: number, target: string, at: number): void {
    this.#failing.run(at, workspace, target);
  }

  /** An attempt did not fail. */
  well(workspace: number, target: string): void {
    this.#well.run(workspace, target);
  }
}

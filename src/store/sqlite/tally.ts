import type { DatabaseSync, StatementSync } from "node:sqlite";
import { inTransaction } from "./transaction.ts";

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

const COUNTERS = ["created", "sent", "failed", "held", "dead", "forgotten"] as const;

interface Gathered {
  readonly workspace: number;
  readonly target: string;
  readonly counters: number[];
  /** Did an attempt not fail? */
  well: boolean;
  /** When the first attempt began that failed, after the last that did not. */
  failing: number | undefined;
}

/**
 * Counters a target, kept with every change of its alerts in the same transaction: counting rows would take too long.
 * Changes are gathered and written once a target, by `write`, before the transaction ends.
 */
export class Tally {
  readonly #gathered = new Map<string, Gathered>();
  readonly #change: StatementSync;
  readonly #failing: StatementSync;
  readonly #well: StatementSync;

  constructor(database: DatabaseSync) {
    this.#change = database.prepare(
      `INSERT INTO tally (workspace, target, ${COUNTERS.join(", ")}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (workspace, target) DO UPDATE SET
       ${COUNTERS.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`,
    );
    this.#failing = database.prepare(
      "UPDATE tally SET failing_since = coalesce(failing_since, ?) WHERE workspace = ? AND target = ?",
    );
    this.#well = database.prepare("UPDATE tally SET failing_since = NULL WHERE workspace = ? AND target = ?");
  }

  /** Runs `work` and writes what it gathered, in one transaction. */
  transaction<T>(database: DatabaseSync, work: () => T): T {
    try {
      return inTransaction(database, () => {
        const result = work();
        this.write();
        return result;
      });
    } finally {
      this.clear();
    }
  }

  change(workspace: number, target: string, change: TallyChange): void {
    const { counters } = this.#of(workspace, target);
    for (const [i, name] of COUNTERS.entries()) counters[i] = (counters[i] ?? 0) + (change[name] ?? 0);
  }

  /** An attempt that began at `at` failed; the first of a row of failures is remembered. */
  failing(workspace: number, target: string, at: number): void {
    const gathered = this.#of(workspace, target);
    gathered.failing ??= at;
  }

  /** An attempt did not fail. */
  well(workspace: number, target: string): void {
    const gathered = this.#of(workspace, target);
    gathered.well = true;
    gathered.failing = undefined;
  }

  write(): void {
    for (const { workspace, target, counters, well, failing } of this.#gathered.values()) {
      this.#change.run(workspace, target, ...counters);
      if (well) this.#well.run(workspace, target);
      if (failing !== undefined) this.#failing.run(failing, workspace, target);
    }
    this.#gathered.clear();
  }

  /** Forgets what was gathered; needed after a transaction that was rolled back. */
  clear(): void {
    this.#gathered.clear();
  }

  #of(workspace: number, target: string): Gathered {
    const key = `${workspace} ${target}`;
    const known = this.#gathered.get(key);
    if (known) return known;
    const gathered = { workspace, target, counters: COUNTERS.map(() => 0), well: false, failing: undefined };
    this.#gathered.set(key, gathered);
    return gathered;
  }
}

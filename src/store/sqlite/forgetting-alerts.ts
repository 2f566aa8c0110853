import type { DatabaseSync } from "node:sqlite";
import type { AlertStep } from "./redriving.ts";
import { Tally } from "./tally.ts";

/** Alerts that one step looks at. */
const STEP = 2000;

/** What to forget: alerts raised before, in these states; queued ones never are. */
export interface AlertsToForget {
  readonly before: number;
  readonly states: readonly ("sent" | "dead")[];
  /** Sequence number behind which this step begins. */
  readonly after: number;
}

/**
 * One step of forgetting, in the order of the sequence numbers, which is nearly that of time: it ends with a step that
 * finds nothing old any more.
 */
export function forgetSomeAlerts(
  database: DatabaseSync,
  { before, states, after }: AlertsToForget,
): AlertStep {
  const find = database.prepare(
    `SELECT seq, workspace, target, state, created_at FROM alert NOT INDEXED WHERE seq > ? ORDER BY seq LIMIT ${STEP}`,
  );
  const remove = database.prepare("DELETE FROM alert WHERE seq = ?");
  const removeAttempts = database.prepare("DELETE FROM attempt WHERE alert = ?");
  const tally = new Tally(database);
  return tally.transaction(database, () => {
    const rows = find.all(after);
    const old = rows.filter((row) => Number(row["created_at"]) < before);
    const gone = old.filter(({ state }) => states.includes(state as "sent"));
    for (const { seq, workspace, target, state } of gone) {
      remove.run(seq ?? null);
      removeAttempts.run(seq ?? null);
      const change = state === "sent" ? { held: -1 } : { dead: -1 };
      tally.change(Number(workspace), String(target), { forgotten: 1, ...change });
    }
    return {
      count: gone.length,
      after: Number(rows.at(-1)?.["seq"] ?? after),
      more: rows.length === STEP && old.length > 0,
    };
  });
}

import type { DatabaseSync } from "node:sqlite";
import type { Redrive } from "#ports";
import { Tally } from "./tally.ts";

/** Alerts that one step looks at. */
const STEP = 2000;

/** One step over the alerts: how many it changed, and where the next one goes on. */
export interface AlertStep {
  readonly count: number;
  readonly after: number;
  readonly more: boolean;
}

const conditionOf = ({
  event,
  since,
}: Redrive): { readonly where: string; readonly value?: string | number } => {
  if (event !== undefined) return { where: "event = ?", value: event };
  if (since !== undefined) return { where: "created_at >= ?", value: since };
  return { where: "state = 'dead'" };
};

/**
 * Puts some alerts of a target back into the queue, those behind `after`: without attempts, due at once, their days of
 * retries counted from now. They keep their place in the order. Undefined when there is no such target.
 */
export function redriveSome(
  database: DatabaseSync,
  { after, ...order }: Redrive & { readonly after: number },
): AlertStep | undefined {
  const { workspace: id, target, at } = order;
  const num = database
    .prepare(
      "SELECT workspace FROM target WHERE id = ? AND workspace = (SELECT num FROM workspace WHERE id = ?)",
    )
    .get(target, id)?.["workspace"];
  if (num === undefined) return undefined;
  const workspace = Number(num);
  const { where, value } = conditionOf(order);
  const find = database.prepare(
    `SELECT seq, state FROM alert WHERE workspace = ? AND target = ? AND seq > ? AND ${where} ORDER BY seq LIMIT ${STEP}`,
  );
  const queue = database.prepare(
    "UPDATE alert SET state = 'queued', attempts = 0, due_at = 0, first_at = ? WHERE seq = ?",
  );
  const tally = new Tally(database);
  return tally.transaction(database, () => {
    const rows = find.all(workspace, target, after, ...(value === undefined ? [] : [value]));
    for (const { seq } of rows) queue.run(at, seq ?? null);
    const of = (state: string): number => rows.filter((row) => row["state"] === state).length;
    tally.change(workspace, target, { held: -of("sent"), dead: -of("dead") });
    return { count: rows.length, after: Number(rows.at(-1)?.["seq"] ?? after), more: rows.length === STEP };
  });
}

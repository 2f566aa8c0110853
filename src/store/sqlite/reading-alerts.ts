import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import type {
  AlertQuery,
  AlertRecord,
  AlertState,
  Attempt,
  OutboxFigures,
  QueuedPage,
  QueuedQuery,
  TargetFigures,
} from "#ports";
import { inSnapshot } from "./transaction.ts";

type Columns = Record<string, SQLOutputValue>;

/** An alert on its way between threads: the body is still JSON. */
export type RawAlert<Shape> = Omit<Shape, "alert"> & {
  readonly id: string;
  readonly workspace: string;
  readonly target: string;
  readonly at: number;
  readonly body: string;
};

const COLUMNS = `seq, (SELECT id FROM workspace WHERE num = alert.workspace) AS workspace, target, id, lane, body, created_at,
  state, attempts, due_at, first_at, last_at, last_status, last_error`;

/** Attempts that come with an alert in a list. */
const TRIES = 20;

const identityOf = (row: Columns): Omit<RawAlert<object>, never> => ({
  id: String(row["id"]),
  workspace: String(row["workspace"]),
  target: String(row["target"]),
  at: Number(row["created_at"]),
  body: String(row["body"]),
});

const endOf = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'alert'").get()?.["seq"] ?? 0);

function queuedRows(database: DatabaseSync, { of, after, limit }: QueuedQuery): Columns[] {
  if (!of) {
    // By rowid: an index would give them by target, and the newest are few.
    const sql = `SELECT ${COLUMNS} FROM alert NOT INDEXED WHERE seq > ? AND state = 'queued' ORDER BY seq LIMIT ?`;
    return database.prepare(sql).all(after, limit);
  }
  const where =
    "workspace = (SELECT num FROM workspace WHERE id = ?) AND target = ? AND seq > ? AND state = 'queued'";
  // A lane is found among the entries of its target: an index of its own would cost every alert two more writes.
  const lane = of.lane === undefined ? [] : [of.lane];
  return database
    .prepare(
      `SELECT ${COLUMNS} FROM alert INDEXED BY alert_queued WHERE ${where} ${lane.length > 0 ? "AND lane = ?" : ""}
       ORDER BY seq LIMIT ?`,
    )
    .all(of.workspace, of.target, after, ...lane, limit);
}

/** Waiting alerts; see `Outbox.queued`. */
export function queuedAlerts(
  database: DatabaseSync,
  query: QueuedQuery,
): { readonly alerts: readonly RawAlert<QueuedPage["alerts"][number]>[]; readonly end: number } {
  return inSnapshot(database, () => {
    const rows = queuedRows(database, query);
    const alerts = rows.map((row) => ({
      ...identityOf(row),
      seq: Number(row["seq"]),
      lane: String(row["lane"]),
      attempts: Number(row["attempts"]),
      dueAt: Number(row["due_at"]),
      ...(row["first_at"] !== null && { firstAt: Number(row["first_at"]) }),
      ...(row["last_at"] !== null && { lastAt: Number(row["last_at"]) }),
    }));
    const cut = rows.length >= query.limit;
    return {
      alerts,
      end: cut ? (alerts.at(-1)?.seq ?? query.after) : Math.max(query.after, endOf(database)),
    };
  });
}

/** Spelt out, so that the index of one state alone can be used. */
const IN_STATE: Readonly<Record<AlertState, string>> = {
  queued: "state = 'queued'",
  sent: "state = 'sent'",
  dead: "state = 'dead'",
};

function conditionsOf(query: AlertQuery): { readonly where: string; readonly values: SQLInputValue[] } {
  const where = ["workspace = (SELECT num FROM workspace WHERE id = ?)"];
  const values: SQLInputValue[] = [query.workspace];
  const add = (condition: string, value: SQLInputValue | undefined): void => {
    if (value === undefined) return;
    where.push(condition);
    values.push(value);
  };
  add("target = ?", query.target);
  if (query.state !== undefined) where.push(IN_STATE[query.state]);
  add("event = ?", query.event);
  add(query.order === "newest" ? "seq < ?" : "seq > ?", query.after);
  return { where: where.join(" AND "), values };
}

const tryOf = ({ at, duration, status, error }: Columns): Attempt => ({
  at: Number(at),
  duration: Number(duration),
  ...(status !== null && { status: Number(status) }),
  ...(error !== null && { error: String(error) }),
});

const triesOf = (database: DatabaseSync, seq: number): Attempt[] =>
  database
    .prepare(
      `SELECT at, duration, status, error FROM attempt WHERE alert = ? ORDER BY at DESC LIMIT ${TRIES}`,
    )
    .all(seq)
    .map(tryOf);

const recordOf = (database: DatabaseSync, row: Columns): RawAlert<AlertRecord> => ({
  ...identityOf(row),
  seq: Number(row["seq"]),
  state: String(row["state"]) as AlertState,
  attempts: Number(row["attempts"]),
  dueAt: Number(row["due_at"]),
  ...(row["last_at"] !== null && { lastAt: Number(row["last_at"]) }),
  ...(row["last_status"] !== null && { lastStatus: Number(row["last_status"]) }),
  ...(row["last_error"] !== null && { lastError: String(row["last_error"]) }),
  tries: triesOf(database, Number(row["seq"])),
});

/** Alerts as people look at them; see `Outbox.list`. */
export function listAlerts(database: DatabaseSync, query: AlertQuery): RawAlert<AlertRecord>[] {
  const { where, values } = conditionsOf(query);
  const direction = query.order === "newest" ? "DESC" : "ASC";
  return inSnapshot(database, () =>
    database
      .prepare(`SELECT ${COLUMNS} FROM alert WHERE ${where} ORDER BY seq ${direction} LIMIT ?`)
      .all(...values, query.limit)
      .map((row) => recordOf(database, row)),
  );
}

function figuresOf(row: Columns): TargetFigures {
  const number = (name: string): number => Number(row[name] ?? 0);
  const kept = number("queued") + number("held") + number("dead") + number("forgotten");
  return {
    workspace: String(row["workspace"]),
    target: String(row["target"]),
    created: number("created"),
    queued: number("queued"),
    sent: number("sent"),
    failed: number("failed"),
    dead: number("dead"),
    dropped: number("created") - kept,
    ...(row["oldest_at"] !== null && { oldestAt: Number(row["oldest_at"]) }),
    ...(row["failing_since"] !== null && { failingSince: Number(row["failing_since"]) }),
  };
}

/** Figures of every target. Only waiting alerts are counted row by row; the rest is in the tally. */
export function outboxFigures(database: DatabaseSync): OutboxFigures {
  return inSnapshot(database, () => ({
    end: endOf(database),
    targets: database
      .prepare(
        `WITH waiting AS (
           SELECT workspace, target, count(*) AS queued, min(seq) AS oldest FROM alert INDEXED BY alert_queued
           WHERE state = 'queued' GROUP BY workspace, target)
         SELECT workspace.id AS workspace, tally.target, created, sent, failed, held, dead, forgotten, failing_since, queued,
           (SELECT created_at FROM alert WHERE seq = oldest) AS oldest_at
         FROM tally JOIN workspace ON workspace.num = tally.workspace
           LEFT JOIN waiting ON waiting.workspace = tally.workspace AND waiting.target = tally.target
         ORDER BY tally.workspace, tally.target`,
      )
      .all()
      .map(figuresOf),
  }));
}

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { alertId, type Alert, type Event, type FollowUp } from "#wire";
import type { Names } from "./names.ts";
import { Tally } from "./tally.ts";

/** What an alert says, as its row holds it: a snapshot, whatever happens to the event later. */
export type AlertBody = Pick<Alert, "event" | "rules" | "text">;

/** Alerts about one device reach a target in order; those about a pair go with its lower id, whoever is named first. */
const laneOf = ({ device, other }: Event): string => (other !== undefined && other < device ? other : device);

/** Writes alerts into the outbox, within the transaction of a commit. */
export class AlertWriter {
  readonly #names: Names;
  readonly #tally: Tally;
  readonly #exists: StatementSync;
  readonly #insert: StatementSync;
  readonly #told: StatementSync;
  readonly #erase: StatementSync;
  readonly #eraseAttempts: StatementSync;

  constructor(database: DatabaseSync, names: Names) {
    this.#names = names;
    this.#tally = new Tally(database);
    this.#exists = database.prepare("SELECT 1 FROM target WHERE workspace = ? AND id = ?");
    this.#insert = database.prepare(
      `INSERT INTO alert (workspace, target, event, id, lane, body, created_at, state, last_error)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#told = database.prepare(
      "SELECT target, body FROM alert WHERE event = ? AND workspace = ? ORDER BY seq",
    );
    this.#erase = database.prepare(
      `DELETE FROM alert WHERE state <> 'queued' AND seq IN (
         SELECT alert.seq FROM event CROSS JOIN alert ON alert.event = event.id AND alert.workspace = event.workspace
         WHERE event.workspace = ? AND event.device = ?) RETURNING seq, target, state`,
    );
    this.#eraseAttempts = database.prepare("DELETE FROM attempt WHERE alert = ?");
  }

  /** Queues an alert. One that is stored stays as it is; one whose target does not exist is a dead letter at once. */
  add(alert: Alert): void {
    const { id, workspace, target, event, rules, text, at } = alert;
    const num = this.#names.workspace(workspace);
    const known = this.#exists.get(num, target) !== undefined;
    const body: AlertBody = { event, rules, ...(text !== undefined && { text }) };
    const { changes } = this.#insert.run(
      num,
      target,
      event.id,
      id,
      laneOf(event),
      JSON.stringify(body),
      at,
      known ? "queued" : "dead",
      known ? null : "unknown target",
    );
    if (Number(changes) > 0) this.#tally.change(num, target, { created: 1, dead: known ? 0 : 1 });
  }

  /** Queues a withdrawal for every target that has an alert of the event it withdraws. */
  follow({ event, at }: FollowUp): void {
    const { workspace } = event;
    const num = this.#names.workspace(workspace);
    for (const row of this.#told.all(event.withdraws ?? "", num)) {
      const target = String(row["target"]);
      if (this.#exists.get(num, target) === undefined) continue;
      const { rules } = JSON.parse(String(row["body"])) as AlertBody;
      this.add({ id: alertId(event.id, target), workspace, target, event, rules, at });
    }
  }

  /** To be called at the end of the transaction. */
  finish(): void {
    this.#tally.write();
  }

  /** To be called after a transaction that was rolled back. */
  rolledBack(): void {
    this.#tally.clear();
  }

  /** Removes what was sent or given up about a device, before its events go. What is queued is still sent. */
  erase(workspace: number, device: string): void {
    for (const { seq, target, state } of this.#erase.all(workspace, device)) {
      this.#eraseAttempts.run(seq ?? null);
      const gone = state === "sent" ? { held: -1 } : { dead: -1 };
      this.#tally.change(workspace, String(target), { forgotten: 1, ...gone });
    }
  }
}

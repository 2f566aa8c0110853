import type { DatabaseSync } from "node:sqlite";
import type { SweepStep } from "#ports";
import { inTransaction } from "./transaction.ts";
import { endMembership } from "./writing-members.ts";

/** Rows of one step. */
const STEP = 1000;

/** What nobody holds in memory, by its table and its key. */
const TABLES = [
  ["sign_in_link", "hash"],
  ["session", "hash"],
  ["token", "hash"],
  ["invitation", "hash"],
  ["share", "id"],
  ["cooldown", "rule, device, fence"],
  ["event", "seq"],
  ["tally", "target"],
  ["audit", "seq"],
] as const;

/** What the flow and the couriers hold in memory: it goes through them first. */
const OCCUPANTS = ["device", "fence", "definition", "target"] as const;

/** One bounded step of deleting what a workspace holds; see `WorkspaceEnds.sweep`. `gone` also when there is none. */
export function sweepWorkspace(database: DatabaseSync, id: string): SweepStep {
  return inTransaction(database, () => {
    const row = database.prepare("SELECT num FROM workspace WHERE id = ? AND state = 'closing'").get(id);
    return row === undefined ? "gone" : sweep(database, Number(row["num"]));
  });
}

function sweep(database: DatabaseSync, num: number): SweepStep {
  if (someMembers(database, num) || someAlerts(database, num)) return "more";
  for (const [table, key] of TABLES) if (someRows(database, num, table, key)) return "more";
  const isOccupied = OCCUPANTS.some((table) =>
    database.prepare(`SELECT 1 FROM ${table} WHERE workspace = ? LIMIT 1`).get(num),
  );
  if (isOccupied) return "occupied";
  database.prepare("DELETE FROM mark WHERE name = ?").run(`share-seed ${num}`);
  database.prepare("DELETE FROM workspace WHERE num = ?").run(num);
  return "gone";
}

/** Was anything there? */
function someRows(database: DatabaseSync, num: number, table: string, key: string): boolean {
  const { changes } = database
    .prepare(
      `DELETE FROM ${table} WHERE workspace = ?1 AND (${key}) IN (
         SELECT ${key} FROM ${table} WHERE workspace = ?1 LIMIT ${STEP})`,
    )
    .run(num);
  return Number(changes) > 0;
}

function someMembers(database: DatabaseSync, num: number): boolean {
  const members = database.prepare(`SELECT person FROM member WHERE workspace = ? LIMIT ${STEP}`).all(num);
  for (const { person } of members) endMembership(database, num, String(person));
  return members.length > 0;
}

function someAlerts(database: DatabaseSync, num: number): boolean {
  const gone = database
    .prepare(
      `DELETE FROM alert WHERE seq IN (SELECT seq FROM alert WHERE workspace = ? LIMIT ${STEP}) RETURNING seq`,
    )
    .all(num);
  const forget = database.prepare("DELETE FROM attempt WHERE alert = ?");
  for (const { seq } of gone) forget.run(seq ?? null);
  return gone.length > 0;
}

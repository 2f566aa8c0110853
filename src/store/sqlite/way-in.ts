import type { DatabaseSync } from "node:sqlite";
import type { PersonRecord } from "#ports";
import { Problem } from "#wire";

/** Throws `last_way_in` when nothing lets the person in any more: no password, no passkey, no account at a provider. */
export function needWayIn(database: DatabaseSync, person: string): void {
  const row = database.prepare("SELECT body FROM person WHERE id = ?").get(person);
  if (row && (JSON.parse(String(row["body"])) as PersonRecord).password !== undefined) return;
  for (const table of ["passkey", "identity"]) {
    if (database.prepare(`SELECT 1 FROM ${table} WHERE person = ?`).get(person)) return;
  }
  throw new Problem("last_way_in", "nothing else lets you in; choose a password or add another way first");
}

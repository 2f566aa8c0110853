import type { DatabaseSync } from "node:sqlite";
import type { PersonRecord } from "#ports";
import { Problem } from "#wire";
import type { Names } from "./names.ts";
import type { MemberChange } from "./store-calls.ts";
import { inTransaction } from "./transaction.ts";

interface MemberKey {
  readonly workspace: string;
  readonly person: string;
}

/** Tables of what goes with a person. */
const OF_PERSON = ["password_reset", "totp", "recovery_code", "passkey", "identity"] as const;

/** Ends a membership and the sessions there, and forgets a person who is in no workspace any more; false for no member. */
export function endMembership(database: DatabaseSync, workspace: number, person: string): boolean {
  const run = (sql: string, ...values: (string | number)[]): number =>
    Number(database.prepare(sql).run(...values).changes);
  if (run("DELETE FROM member WHERE workspace = ? AND person = ?", workspace, person) === 0) return false;
  run("DELETE FROM session WHERE workspace = ? AND person = ?", workspace, person);
  const gone = run(
    "DELETE FROM person WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM member WHERE person = ?1)",
    person,
  );
  if (gone > 0) for (const table of OF_PERSON) run(`DELETE FROM ${table} WHERE person = ?`, person);
  return true;
}

/** Writes people and what they are. */
export class MemberWriter {
  readonly #database: DatabaseSync;
  readonly #names: Names;

  constructor(database: DatabaseSync, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  /** False when there is no such person. */
  update({ id, name, password }: Pick<PersonRecord, "id" | "name" | "password">): boolean {
    const row = this.#database.prepare("SELECT body FROM person WHERE id = ?").get(id);
    if (!row) return false;
    const person = JSON.parse(String(row["body"])) as PersonRecord;
    const body = JSON.stringify({ ...person, name, ...(password !== undefined && { password }) });
    this.#database.prepare("UPDATE person SET body = ? WHERE id = ?").run(body, id);
    return true;
  }

  /** False when there is no such member; throws `last_owner`. */
  change({ workspace, person, to }: MemberChange): boolean {
    const groups = to.groups === undefined ? null : JSON.stringify(to.groups);
    return inTransaction(this.#database, () => {
      const { changes } = this.#database
        .prepare("UPDATE member SET role = ?, groups = ? WHERE workspace = ? AND person = ?")
        .run(to.role, groups, this.#names.numberOf(workspace) ?? null, person);
      if (Number(changes) === 0) return false;
      this.#needOwner(workspace);
      return true;
    });
  }

  /** False when there is no such member; throws `last_owner`. */
  remove({ workspace, person }: MemberKey): boolean {
    const num = this.#names.numberOf(workspace);
    if (num === undefined) return false;
    return inTransaction(this.#database, () => {
      if (!endMembership(this.#database, num, person)) return false;
      this.#needOwner(workspace);
      return true;
    });
  }

  #needOwner(workspace: string): void {
    const owner = this.#database
      .prepare("SELECT 1 FROM member WHERE workspace = ? AND role = 'owner'")
      .get(this.#names.numberOf(workspace) ?? null);
    if (!owner)
      throw new Problem("last_owner", "a workspace keeps at least one owner: make another one first");
  }
}

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
        .run(to.role, groups, this.#names.workspace(workspace), person);
      if (Number(changes) === 0) return false;
      this.#needOwner(workspace);
      return true;
    });
  }

  /** False when there is no such member; throws `last_owner`. */
  remove({ workspace, person }: MemberKey): boolean {
    const num = this.#names.workspace(workspace);
    const run = (sql: string, ...values: (string | number)[]): number =>
      Number(this.#database.prepare(sql).run(...values).changes);
    return inTransaction(this.#database, () => {
      if (run("DELETE FROM member WHERE workspace = ? AND person = ?", num, person) === 0) return false;
      this.#needOwner(workspace);
      run("DELETE FROM session WHERE workspace = ? AND person = ?", num, person);
      const gone = run(
        "DELETE FROM person WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM member WHERE person = ?1)",
        person,
      );
      if (gone > 0) {
        for (const table of OF_PERSON) run(`DELETE FROM ${table} WHERE person = ?`, person);
      }
      return true;
    });
  }

  #needOwner(workspace: string): void {
    const owner = this.#database
      .prepare("SELECT 1 FROM member WHERE workspace = ? AND role = 'owner'")
      .get(this.#names.workspace(workspace));
    if (!owner)
      throw new Problem("last_owner", "a workspace keeps at least one owner: make another one first");
  }
}

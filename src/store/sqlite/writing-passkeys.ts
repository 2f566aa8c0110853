import type { DatabaseSync } from "node:sqlite";
import type { PasskeyRecord } from "#ports";
import { Problem } from "#wire";
import { inTransaction } from "./transaction.ts";
import { needWayIn } from "./way-in.ts";

/** Which passkey of whom. */
export interface PasskeyKey {
  readonly person: string;
  readonly id: string;
}

/** Writes passkeys. */
export class PasskeyWriter {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add({ passkey, most }: { readonly passkey: PasskeyRecord; readonly most: number }): void {
    const { id, person, credential, publicKey, counter, name, createdAt } = passkey;
    const has = (sql: string, value: string): number =>
      Number(this.#database.prepare(`SELECT count(*) AS n FROM ${sql} = ?`).get(value)?.["n"]);
    inTransaction(this.#database, () => {
      if (has("passkey WHERE credential", credential) > 0) {
        throw new Problem("conflict", "this passkey was added before");
      }
      if (has("passkey WHERE person", person) >= most || has("person WHERE id", person) === 0) {
        throw new Problem("conflict", `there are ${most} passkeys already; remove one first`);
      }
      this.#run(
        `INSERT INTO passkey (id, person, credential, public_key, counter, name, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        id,
        person,
        credential,
        publicKey,
        counter,
        name,
        createdAt,
      );
    });
  }

  /** One statement: of two uses with the same counter one is a copy. Who does not count has 0 for ever. */
  use({ id, counter, at }: { readonly id: string; readonly counter: number; readonly at: number }): boolean {
    return this.#run(
      `UPDATE passkey SET counter = ?1, used_at = ?2
       WHERE id = ?3 AND (counter < ?1 OR (counter = 0 AND ?1 = 0))`,
      counter,
      at,
      id,
    );
  }

  rename({ person, id, name }: PasskeyKey & { readonly name: string }): boolean {
    return this.#run("UPDATE passkey SET name = ? WHERE person = ? AND id = ?", name, person, id);
  }

  remove({ person, id }: PasskeyKey): boolean {
    return inTransaction(this.#database, () => {
      const gone = this.#run("DELETE FROM passkey WHERE person = ? AND id = ?", person, id);
      if (gone) needWayIn(this.#database, person);
      return gone;
    });
  }

  /** Was anything changed? */
  #run(sql: string, ...values: (string | number)[]): boolean {
    return Number(this.#database.prepare(sql).run(...values).changes) > 0;
  }
}

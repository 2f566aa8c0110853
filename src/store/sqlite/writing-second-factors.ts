import type { DatabaseSync } from "node:sqlite";
import type { TotpRecord } from "#ports";
import { inTransaction } from "./transaction.ts";

/** An authenticator to be turned on. */
export interface NewTotp {
  readonly totp: TotpRecord;
  readonly step: number;
  readonly codes: readonly string[];
}

/** Recovery codes, by their hashes, that a person is to have instead of all others. */
export interface NewCodes {
  readonly person: string;
  readonly codes: readonly string[];
}

/** Writes authenticators and recovery codes. */
export class SecondFactorWriter {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  turnOn({ totp, step, codes }: NewTotp): boolean {
    const { person, secret, createdAt } = totp;
    return inTransaction(this.#database, () => {
      const made = this.#run(
        `INSERT INTO totp (person, secret, created_at, step) SELECT ?1, ?2, ?3, ?4
         WHERE EXISTS (SELECT 1 FROM person WHERE id = ?1) ON CONFLICT DO NOTHING`,
        person,
        secret,
        createdAt,
        step,
      );
      if (made) this.#setCodes(person, codes);
      return made;
    });
  }

  /** One statement: of two requests with the same code one finds it used. */
  useStep({ person, step }: { readonly person: string; readonly step: number }): boolean {
    return this.#run("UPDATE totp SET step = ?1 WHERE person = ?2 AND step < ?1", step, person);
  }

  useCode({ person, hash }: { readonly person: string; readonly hash: string }): boolean {
    return this.#run("DELETE FROM recovery_code WHERE person = ? AND hash = ?", person, hash);
  }

  replaceCodes({ person, codes }: NewCodes): boolean {
    return inTransaction(this.#database, () => {
      const isOn = this.#database.prepare("SELECT 1 FROM totp WHERE person = ?").get(person) !== undefined;
      if (isOn) this.#setCodes(person, codes);
      return isOn;
    });
  }

  turnOff(person: string): boolean {
    return inTransaction(this.#database, () => {
      this.#setCodes(person, []);
      return this.#run("DELETE FROM totp WHERE person = ?", person);
    });
  }

  #setCodes(person: string, codes: readonly string[]): void {
    this.#run("DELETE FROM recovery_code WHERE person = ?", person);
    for (const hash of codes)
      this.#run("INSERT INTO recovery_code (person, hash) VALUES (?, ?)", person, hash);
  }

  /** Was anything changed? */
  #run(sql: string, ...values: (string | number)[]): boolean {
    return Number(this.#database.prepare(sql).run(...values).changes) > 0;
  }
}

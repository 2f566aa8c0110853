import type { DatabaseSync } from "node:sqlite";
import type { IdentityRecord, MemberRecord, PersonRecord } from "#ports";
import { inTransaction } from "./transaction.ts";
import { needWayIn } from "./way-in.ts";
import type { InvitationWriter } from "./writing-invitations.ts";

/** Who comes with an account at a provider, and when. */
export interface Admission {
  readonly identity: Omit<IdentityRecord, "person">;
  readonly newcomer: PersonRecord;
  readonly now: number;
}

/** Writes whose accounts at sign-in providers are whose. */
export class IdentityWriter {
  readonly #database: DatabaseSync;
  readonly #invitations: InvitationWriter;

  constructor(database: DatabaseSync, invitations: InvitationWriter) {
    this.#database = database;
    this.#invitations = invitations;
  }

  /** One statement: what is linked already stays, the identity as well as the person's other one of the issuer. */
  link({ issuer, subject, person, email = "", createdAt }: IdentityRecord): boolean {
    return this.#run(
      `INSERT INTO identity (issuer, subject, person, email, created_at) SELECT ?1, ?2, ?3, ?4, ?5
       WHERE EXISTS (SELECT 1 FROM person WHERE id = ?3) ON CONFLICT DO NOTHING`,
      issuer,
      subject,
      person,
      email,
      createdAt,
    );
  }

  unlink({ person, issuer }: Pick<IdentityRecord, "person" | "issuer">): boolean {
    return inTransaction(this.#database, () => {
      const gone = this.#run("DELETE FROM identity WHERE person = ? AND issuer = ?", person, issuer);
      if (gone) needWayIn(this.#database, person);
      return gone;
    });
  }

  admit({ identity, newcomer, now }: Admission): MemberRecord | undefined {
    const { issuer, subject } = identity;
    const { email, ...rest } = newcomer;
    return inTransaction(this.#database, () => {
      if (this.#row("SELECT 1 FROM person WHERE email = ?", email)) return undefined;
      if (this.#row("SELECT 1 FROM identity WHERE issuer = ? AND subject = ?", issuer, subject))
        return undefined;
      const invitation = this.#row(
        `SELECT hash FROM invitation JOIN workspace ON workspace.num = invitation.workspace
         WHERE email = ? AND expires_at > ? AND state = 'open' ORDER BY expires_at, workspace`,
        email,
        now,
      );
      if (!invitation) return undefined;
      const hash = String(invitation["hash"]);
      const member = this.#invitations.acceptWithin({ hash, newcomer: rest, now });
      if (member) this.link({ ...identity, person: member.person });
      return member;
    });
  }

  #row(sql: string, ...values: (string | number)[]) {
    return this.#database.prepare(sql).get(...values);
  }

  /** Was anything changed? */
  #run(sql: string, ...values: (string | number)[]): boolean {
    return Number(this.#database.prepare(sql).run(...values).changes) > 0;
  }
}

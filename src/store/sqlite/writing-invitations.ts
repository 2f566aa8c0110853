import type { DatabaseSync } from "node:sqlite";
import type { InvitationRecord, MemberRecord, Membership, PasswordResetRecord, PersonRecord } from "#ports";
import type { Names } from "./names.ts";
import type { Acceptance } from "./store-calls.ts";
import { inTransaction } from "./transaction.ts";

const membershipOf = ({ role, groups }: Membership): Membership =>
  groups === undefined ? { role } : { role, groups };

/** Writes invitations and links for another password, and what becomes of them. */
export class InvitationWriter {
  readonly #database: DatabaseSync;
  readonly #names: Names;

  constructor(database: DatabaseSync, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  offer(invitation: InvitationRecord): void {
    const { hash, id, workspace, email, expiresAt, createdAt } = invitation;
    this.#database.prepare("DELETE FROM invitation WHERE expires_at <= ?").run(createdAt);
    this.#database
      .prepare(
        `INSERT INTO invitation (hash, workspace, id, email, expires_at, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (workspace, email) DO UPDATE SET
           hash = excluded.hash, id = excluded.id, expires_at = excluded.expires_at, body = excluded.body`,
      )
      .run(hash, this.#names.open(workspace), id, email, expiresAt, JSON.stringify(invitation));
  }

  revoke({ workspace, id }: { readonly workspace: string; readonly id: string }): boolean {
    const { changes } = this.#database
      .prepare("DELETE FROM invitation WHERE workspace = ? AND id = ?")
      .run(this.#names.numberOf(workspace) ?? null, id);
    return Number(changes) > 0;
  }

  /** Who is a person or a member already stays as they are. */
  accept(acceptance: Acceptance): MemberRecord | undefined {
    return inTransaction(this.#database, () => this.acceptWithin(acceptance));
  }

  /** The same within a transaction that is open already. */
  acceptWithin({ hash, newcomer, now }: Acceptance): MemberRecord | undefined {
    const row = this.#database
      .prepare("DELETE FROM invitation WHERE hash = ? AND expires_at > ? RETURNING body")
      .get(hash, now);
    if (!row) return undefined;
    const invitation = JSON.parse(String(row["body"])) as InvitationRecord;
    const person = this.#person(invitation.email, newcomer);
    return this.#member(invitation, person, now);
  }

  #person(email: string, newcomer: Omit<PersonRecord, "email">): string {
    const known = this.#database.prepare("SELECT id FROM person WHERE email = ?").get(email);
    if (known) return String(known["id"]);
    this.#database
      .prepare("INSERT INTO person (id, email, body) VALUES (?, ?, ?)")
      .run(newcomer.id, email, JSON.stringify({ ...newcomer, email }));
    return newcomer.id;
  }

  #member(invitation: InvitationRecord, person: string, now: number): MemberRecord {
    const { workspace } = invitation;
    const num = this.#names.open(workspace);
    const known = this.#database
      .prepare("SELECT role, groups, since FROM member WHERE workspace = ? AND person = ?")
      .get(num, person);
    if (known) {
      const groups = known["groups"] === null ? {} : { groups: JSON.parse(String(known["groups"])) };
      const role = String(known["role"]) as MemberRecord["role"];
      return { workspace, person, role, ...groups, since: Number(known["since"]) };
    }
    const membership = membershipOf(invitation);
    this.#database
      .prepare("INSERT INTO member (workspace, person, role, groups, since) VALUES (?, ?, ?, ?, ?)")
      .run(
        num,
        person,
        membership.role,
        membership.groups === undefined ? null : JSON.stringify(membership.groups),
        now,
      );
    this.#database.prepare("INSERT OR IGNORE INTO mark VALUES ('signed-in', 1)").run();
    return { workspace, person, ...membership, since: now };
  }

  offerReset({ person, hash, expiresAt }: PasswordResetRecord): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO password_reset (person, hash, expires_at) VALUES (?, ?, ?)")
      .run(person, hash, expiresAt);
  }

  redeemReset({
    hash,
    password,
    now,
  }: {
    readonly hash: string;
    readonly password: string;
    readonly now: number;
  }): string | undefined {
    return inTransaction(this.#database, () => {
      const row = this.#database
        .prepare("DELETE FROM password_reset WHERE hash = ? AND expires_at > ? RETURNING person")
        .get(hash, now);
      if (!row) return undefined;
      const person = String(row["person"]);
      const known = this.#database.prepare("SELECT body FROM person WHERE id = ?").get(person);
      if (!known) return undefined;
      const body = JSON.stringify({ ...(JSON.parse(String(known["body"])) as PersonRecord), password });
      this.#database.prepare("UPDATE person SET body = ? WHERE id = ?").run(body, person);
      this.#database.prepare("DELETE FROM session WHERE person = ?").run(person);
      return person;
    });
  }
}

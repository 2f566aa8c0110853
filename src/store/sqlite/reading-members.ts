import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { AuditEntry, AuditRecord, InvitationRecord, Member, PersonRecord } from "#ports";
import type { Role } from "#wire";

/** How a person is looked up. */
export type PersonKey = { readonly id: string } | { readonly email: string };

/** Whose memberships are asked for: of a workspace, of a person, or of both. */
export interface MemberKey {
  readonly workspace?: string;
  readonly person?: string;
}

/** Which invitations are asked for; those that have expired by `now` are not there. */
export interface InvitationKey {
  readonly workspace?: string;
  readonly hash?: string;
  readonly now: number;
}

/** Some entries of the audit log, those before `before`. */
export interface AuditPage {
  readonly workspace: string;
  readonly before?: number;
  readonly limit: number;
}

export function findPerson(database: DatabaseSync, key: PersonKey): PersonRecord | undefined {
  const row =
    "id" in key
      ? database.prepare("SELECT body FROM person WHERE id = ?").get(key.id)
      : database.prepare("SELECT body FROM person WHERE email = ?").get(key.email);
  return row && (JSON.parse(String(row["body"])) as PersonRecord);
}

const memberOf = (row: Record<string, SQLOutputValue>): Member => {
  const { email, name } = JSON.parse(String(row["body"])) as PersonRecord;
  return {
    workspace: String(row["workspace"]),
    person: String(row["person"]),
    role: String(row["role"]) as Role,
    ...(row["groups"] !== null && { groups: JSON.parse(String(row["groups"])) as string[] }),
    since: Number(row["since"]),
    email,
    name,
  };
};

/** Members, ascending by workspace and address. */
export function listMembers(database: DatabaseSync, { workspace, person }: MemberKey): Member[] {
  return database
    .prepare(
      `SELECT workspace.id AS workspace, person, role, groups, since, body
       FROM member JOIN workspace ON workspace.num = member.workspace JOIN person ON person.id = member.person
       WHERE state = 'open' AND (?1 IS NULL OR workspace.id = ?1) AND (?2 IS NULL OR person = ?2)
       ORDER BY workspace.id, email`,
    )
    .all(workspace ?? null, person ?? null)
    .map(memberOf);
}

/** Invitations that hold, ascending by address. */
export function listInvitations(
  database: DatabaseSync,
  { workspace, hash, now }: InvitationKey,
): InvitationRecord[] {
  return database
    .prepare(
      `SELECT body FROM invitation JOIN workspace ON workspace.num = invitation.workspace
       WHERE state = 'open' AND (?1 IS NULL OR workspace.id = ?1) AND (?2 IS NULL OR hash = ?2) AND expires_at > ?3
       ORDER BY email`,
    )
    .all(workspace ?? null, hash ?? null, now)
    .map((row) => JSON.parse(String(row["body"])) as InvitationRecord);
}

/** The person whom a link for another password is for. */
export function resetOf(
  database: DatabaseSync,
  { hash, now }: { readonly hash: string; readonly now: number },
): string | undefined {
  const row = database
    .prepare("SELECT person FROM password_reset WHERE hash = ? AND expires_at > ?")
    .get(hash, now);
  return row && String(row["person"]);
}

/** The newest entries first. */
export function listAudit(database: DatabaseSync, { workspace, before, limit }: AuditPage): AuditRecord[] {
  return database
    .prepare(
      `SELECT seq, body FROM audit WHERE workspace = (SELECT num FROM workspace WHERE id = ?)
       AND seq < ? ORDER BY seq DESC LIMIT ?`,
    )
    .all(workspace, before ?? Number.MAX_SAFE_INTEGER, limit)
    .map((row) => Object.assign(JSON.parse(String(row["body"])) as AuditEntry, { seq: Number(row["seq"]) }));
}

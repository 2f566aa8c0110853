import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { IdentityRecord } from "#ports";

/** Whose identities are asked for, or which one. */
export type IdentitiesKey =
  | { readonly person: string }
  | { readonly issuer: string; readonly subject: string };

const identityOf = (row: Record<string, SQLOutputValue>): IdentityRecord => ({
  issuer: String(row["issuer"]),
  subject: String(row["subject"]),
  person: String(row["person"]),
  ...(row["email"] !== "" && { email: String(row["email"]) }),
  createdAt: Number(row["created_at"]),
});

/** Oldest first. */
export function listIdentities(database: DatabaseSync, key: IdentitiesKey): IdentityRecord[] {
  const rows =
    "person" in key
      ? database
          .prepare("SELECT * FROM identity WHERE person = ? ORDER BY created_at, issuer")
          .all(key.person)
      : database
          .prepare("SELECT * FROM identity WHERE issuer = ? AND subject = ?")
          .all(key.issuer, key.subject);
  return rows.map(identityOf);
}

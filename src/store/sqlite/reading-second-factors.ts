import type { DatabaseSync } from "node:sqlite";
import type { TotpState } from "#ports";

/** The authenticator that a person has on. */
export function findTotp(database: DatabaseSync, person: string): TotpState | undefined {
  const row = database
    .prepare(
      `SELECT secret, created_at, (SELECT count(*) FROM recovery_code WHERE person = totp.person) AS codes
       FROM totp WHERE person = ?`,
    )
    .get(person);
  return (
    row && {
      person,
      secret: String(row["secret"]),
      createdAt: Number(row["created_at"]),
      codesLeft: Number(row["codes"]),
    }
  );
}

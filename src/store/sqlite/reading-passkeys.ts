import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { PasskeyRecord } from "#ports";

/** Whose passkeys are asked for, or which one. */
export type PasskeysKey = { readonly person: string } | { readonly credential: string };

const passkeyOf = (row: Record<string, SQLOutputValue>): PasskeyRecord => ({
  id: String(row["id"]),
  person: String(row["person"]),
  credential: String(row["credential"]),
  publicKey: String(row["public_key"]),
  counter: Number(row["counter"]),
  name: String(row["name"]),
  createdAt: Number(row["created_at"]),
  ...(row["used_at"] !== null && { usedAt: Number(row["used_at"]) }),
});

/** Oldest first. */
export function listPasskeys(database: DatabaseSync, key: PasskeysKey): PasskeyRecord[] {
  const [column, value] = "person" in key ? ["person", key.person] : ["credential", key.credential];
  return database
    .prepare(`SELECT * FROM passkey WHERE ${column} = ? ORDER BY created_at, id`)
    .all(value)
    .map(passkeyOf);
}

import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { ShareRecord } from "#ports";

/** Which share links are asked for: those of a workspace, one of them, or that of a secret's hash. */
export interface ShareKey {
  readonly workspace?: string;
  readonly id?: string;
  readonly hash?: string;
}

const shareOf = (row: Record<string, SQLOutputValue>): ShareRecord => ({
  ...(JSON.parse(String(row["body"])) as Omit<ShareRecord, "views">),
  views: Number(row["views"]),
  ...(row["viewed_at"] !== null && { lastViewedAt: Number(row["viewed_at"]) }),
});

/** Share links, ascending by id. */
export function listShares(database: DatabaseSync, { workspace, id, hash }: ShareKey): ShareRecord[] {
  const rows =
    hash === undefined
      ? database
          .prepare(
            `SELECT body, views, viewed_at FROM share
             WHERE workspace = (SELECT num FROM workspace WHERE id = ?1 AND state = 'open') AND (?2 IS NULL OR id = ?2)
             ORDER BY id`,
          )
          .all(workspace ?? null, id ?? null)
      : database
          .prepare(
            `SELECT body, views, viewed_at FROM share JOIN workspace ON workspace.num = share.workspace
             WHERE hash = ? AND state = 'open'`,
          )
          .all(hash);
  return rows.map(shareOf);
}

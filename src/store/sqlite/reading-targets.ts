import type { DatabaseSync } from "node:sqlite";
import type { PageOf } from "./reader-calls.ts";

const WORKSPACE = "workspace = (SELECT num FROM workspace WHERE id = ?)";

/** Targets of a workspace as JSON, ascending by id, those after `after`. */
export function listTargets(database: DatabaseSync, { workspace, after, limit }: PageOf): string[] {
  return database
    .prepare(`SELECT body FROM target WHERE ${WORKSPACE} AND id > ? ORDER BY id LIMIT ?`)
    .all(workspace, after, limit)
    .map((row) => String(row["body"]));
}

/** One target as JSON. */
export function getTarget(database: DatabaseSync, workspace: string, id: string): string | undefined {
  const row = database.prepare(`SELECT body FROM target WHERE ${WORKSPACE} AND id = ?`).get(workspace, id);
  return row && String(row["body"]);
}

/** Those of the ids that name no target. */
export function unknownTargets(
  database: DatabaseSync,
  { workspace, ids }: { readonly workspace: string; readonly ids: readonly string[] },
): string[] {
  const find = database.prepare(`SELECT 1 FROM target WHERE ${WORKSPACE} AND id = ?`);
  return ids.filter((id) => find.get(workspace, id) === undefined);
}

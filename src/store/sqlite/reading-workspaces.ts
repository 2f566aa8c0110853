import type { DatabaseSync } from "node:sqlite";
import type { WorkspaceRecord } from "#ports";

/** Workspaces that are open, ascending by id; only the one with `id` when it is given. */
export function listWorkspaces(database: DatabaseSync, { id }: { readonly id?: string }): WorkspaceRecord[] {
  return database
    .prepare(
      "SELECT id, name, created_at FROM workspace WHERE state = 'open' AND (?1 IS NULL OR id = ?1) ORDER BY id",
    )
    .all(id ?? null)
    .map((row) => ({
      id: String(row["id"]),
      name: String(row["name"]),
      createdAt: Number(row["created_at"]),
    }));
}

/** Ids of those whose deletion has begun, ascending. */
export function closingWorkspaces(database: DatabaseSync): string[] {
  return database
    .prepare("SELECT id FROM workspace WHERE state = 'closing' ORDER BY id")
    .all()
    .map((row) => String(row["id"]));
}

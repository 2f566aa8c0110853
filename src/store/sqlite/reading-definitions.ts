import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Cooldown, Edited } from "#ports";
import type { DefinitionRow, PageOf } from "./reader-calls.ts";

/** Everything that is defined, of all workspaces. */
export function restoreDefinitions(database: DatabaseSync): DefinitionRow[] {
  return database
    .prepare("SELECT kind, body FROM definition ORDER BY workspace, kind, id")
    .all()
    .map((row) => ({ of: row["kind"] as DefinitionRow["of"], body: String(row["body"]) }));
}

/** When each rule last raised alerts. */
export function restoreCooldowns(database: DatabaseSync): Cooldown[] {
  return database
    .prepare(
      `SELECT workspace.id AS workspace, rule, device, fence, time
       FROM cooldown JOIN workspace ON workspace.num = cooldown.workspace`,
    )
    .all()
    .map(cooldownOf);
}

function cooldownOf(row: Record<string, SQLOutputValue>): Cooldown {
  const fence = String(row["fence"]);
  const key = {
    workspace: String(row["workspace"]),
    rule: String(row["rule"]),
    device: String(row["device"]),
    time: Number(row["time"]),
  };
  return fence === "" ? key : { ...key, fence };
}

/** The last edit of each workspace. */
export function restoreEdited(database: DatabaseSync): Edited[] {
  return database
    .prepare("SELECT id, edited FROM workspace WHERE edited > 0")
    .all()
    .map((row) => ({ workspace: String(row["id"]), offset: Number(row["edited"]) }));
}

/** Bodies of one kind as JSON, ascending by id, those after `after`. */
export function listDefinitions(
  database: DatabaseSync,
  { of, workspace, after, limit }: PageOf & Pick<DefinitionRow, "of">,
): string[] {
  return database
    .prepare(
      `SELECT body FROM definition
       WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND kind = ? AND id > ? ORDER BY id LIMIT ?`,
    )
    .all(workspace, of, after, limit)
    .map((row) => String(row["body"]));
}

export function getDefinition(
  database: DatabaseSync,
  { of, workspace, id }: Pick<DefinitionRow, "of"> & { readonly workspace: string; readonly id: string },
): string | undefined {
  const row = database
    .prepare(
      `SELECT body FROM definition
       WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND kind = ? AND id = ?`,
    )
    .get(workspace, of, id);
  return row && String(row["body"]);
}

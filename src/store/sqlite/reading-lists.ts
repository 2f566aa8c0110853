import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { SessionRecord, TokenRecord } from "#ports";
import { ByteWriter, type DeviceLabel, TextsOut } from "#wire";
import { sessionOf, tokenOf } from "./access.ts";
import { labelOf } from "./labelling.ts";
import type { DeviceRow, PageOf, RestoreChunk } from "./reader-calls.ts";

type Columns = Record<string, SQLOutputValue>;

/** Devices in one chunk of a restart. */
const CHUNK = 5000;

const NOTHING = new Uint8Array();

const deviceOf = (row: Columns): DeviceRow => ({
  id: String(row["id"]),
  createdAt: Number(row["created_at"]),
  label: labelOf(row),
  state: (row["body"] as Uint8Array | null) ?? NOTHING,
});

/** The registered devices whose number is above `after`, with their state, packed for `readRestored`. */
export function restoreDevices(database: DatabaseSync, after: number): RestoreChunk {
  const rows = database
    .prepare(
      `SELECT device.num AS num, workspace.id AS workspace, device.id AS id, body
       FROM device JOIN workspace ON workspace.num = device.workspace LEFT JOIN state ON state.device = device.num
       WHERE device.num > ? ORDER BY device.num LIMIT ${CHUNK}`,
    )
    .iterate(after);
  const out = new ByteWriter(1 << 16);
  const workspaces = new TextsOut();
  let count = 0;
  let next = after;
  out.u32(0);
  for (const row of rows) {
    workspaces.write(out, String(row["workspace"]));
    out.string(String(row["id"]));
    const state = (row["body"] as Uint8Array | null) ?? NOTHING;
    out.varint(state.length);
    out.raw(state);
    next = Math.max(next, Number(row["num"]));
    count++;
  }
  out.patchU32(0, count);
  return { bytes: out.finish(), next: count === CHUNK ? next : undefined };
}

const DEVICE_COLUMNS =
  "SELECT device.id, created_at, name, icon, body FROM device LEFT JOIN state ON state.device = device.num";

/** Devices ascending by id, those after `after`. */
export function listDevices(database: DatabaseSync, { workspace, after, limit }: PageOf): DeviceRow[] {
  return database
    .prepare(
      `${DEVICE_COLUMNS} WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND device.id > ?
       ORDER BY device.id LIMIT ?`,
    )
    .all(workspace, after, limit)
    .map(deviceOf);
}

export function getDevice(database: DatabaseSync, workspace: string, device: string): DeviceRow | undefined {
  const row = database
    .prepare(`${DEVICE_COLUMNS} WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND device.id = ?`)
    .get(workspace, device);
  return row && deviceOf(row);
}

/** Labels of all devices of a workspace by id. */
export function labelsOf(database: DatabaseSync, workspace: string): Map<string, DeviceLabel> {
  const rows = database
    .prepare("SELECT id, name, icon FROM device WHERE workspace = (SELECT num FROM workspace WHERE id = ?)")
    .iterate(workspace);
  const labels = new Map<string, DeviceLabel>();
  for (const row of rows) labels.set(String(row["id"]), labelOf(row));
  return labels;
}

/** Fences of a workspace as JSON, ascending by id, those after `after`. */
export function listFences(database: DatabaseSync, { workspace, after, limit }: PageOf): string[] {
  return database
    .prepare(
      `SELECT body FROM fence WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND id > ?
       ORDER BY id LIMIT ?`,
    )
    .all(workspace, after, limit)
    .map((row) => String(row["body"]));
}

export function getFence(database: DatabaseSync, workspace: string, fence: string): string | undefined {
  const row = database
    .prepare("SELECT body FROM fence WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND id = ?")
    .get(workspace, fence);
  return row && String(row["body"]);
}

const TOKEN_COLUMNS = `SELECT token.id, workspace.id AS workspace, token.name AS name, scopes, register, hash, token.created_at AS created_at, expires_at, groups, device
  FROM token JOIN workspace ON workspace.num = token.workspace AND workspace.state = 'open'`;

const SESSION_COLUMNS = `SELECT hash, workspace.id AS workspace, scopes, session.created_at AS created_at, expires_at, person, agent
  FROM session JOIN workspace ON workspace.num = session.workspace AND workspace.state = 'open'`;

/** Tokens of a workspace, oldest first. */
export function listTokens(database: DatabaseSync, workspace: string): TokenRecord[] {
  return database
    .prepare(`${TOKEN_COLUMNS} WHERE workspace.id = ? ORDER BY token.created_at, token.id`)
    .all(workspace)
    .map(tokenOf);
}

export function findToken(database: DatabaseSync, hash: string): TokenRecord | undefined {
  const row = database.prepare(`${TOKEN_COLUMNS} WHERE hash = ?`).get(hash);
  return row && tokenOf(row);
}

export function findSession(database: DatabaseSync, hash: string): SessionRecord | undefined {
  const row = database.prepare(`${SESSION_COLUMNS} WHERE hash = ?`).get(hash);
  return row && sessionOf(row);
}

/** Sessions of a person, newest first. */
export function sessionsOf(database: DatabaseSync, person: string): SessionRecord[] {
  return database
    .prepare(`${SESSION_COLUMNS} WHERE person = ? ORDER BY session.created_at DESC, hash`)
    .all(person)
    .map(sessionOf);
}

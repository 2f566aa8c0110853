import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { EventPage, EventQuery } from "#ports";
import type { Event, EventReason, EventType, SequencedEvent } from "#wire";
import { inSnapshot } from "./transaction.ts";

function eventOf(row: Record<string, SQLOutputValue>, workspace: string): SequencedEvent {
  const event: Event = {
    id: String(row["id"]),
    workspace,
    type: String(row["type"]) as EventType,
    device: String(row["device"]),
    ...(row["fence"] !== "" && {
      fence: String(row["fence"]),
      fenceVersion: Number(row["fence_version"]),
    }),
    ...(row["watch"] !== null && { watch: String(row["watch"]) }),
    ...(row["other"] !== null && { other: String(row["other"]) }),
    time: Number(row["time"]),
    fix: Number(row["fix"]),
    detectedAt: Number(row["detected_at"]),
    lon: Number(row["lon"]),
    lat: Number(row["lat"]),
    ...(row["reason"] !== null && { reason: String(row["reason"]) as EventReason }),
    ...(row["late"] === 1 && { late: true }),
    ...(row["imported"] === 1 && { imported: true }),
    ...(row["generation"] !== 0 && { generation: Number(row["generation"]) }),
    ...(row["shown"] !== row["fix"] && { shown: Number(row["shown"]) }),
    ...(row["withdrawn_at"] !== null && { withdrawnAt: Number(row["withdrawn_at"]) }),
    ...(row["withdraws"] !== null && { withdraws: String(row["withdraws"]) }),
    ...(row["revises"] !== null && { revises: String(row["revises"]) }),
  };
  return { seq: Number(row["seq"]), event };
}

/** Conditions of a query and the values of their parameters. */
function conditionsOf(query: EventQuery): { readonly where: string; readonly values: SQLInputValue[] } {
  const where = ["workspace = (SELECT num FROM workspace WHERE id = ?)"];
  const values: SQLInputValue[] = [query.workspace];
  const add = (condition: string, value: SQLInputValue | undefined): void => {
    if (value === undefined) return;
    where.push(condition);
    values.push(value);
  };
  add("device = ?", query.device);
  add("fence = ?", query.fence);
  add("time >= ?", query.from);
  add("time <= ?", query.to);
  add("seq > ?", query.after);
  if (query.types) {
    where.push(`type IN (${query.types.map(() => "?").join(", ")})`);
    values.push(...query.types);
  }
  return { where: where.join(" AND "), values };
}

/** One event by its id. */
export function findEvent(database: DatabaseSync, workspace: string, id: string): Event | undefined {
  const row = database
    .prepare("SELECT * FROM event WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND id = ?")
    .get(workspace, id);
  return row && eventOf(row, workspace).event;
}

/** Events of a device that were raised behind a device time, in the order of the feed. */
export function shownAfter(database: DatabaseSync, workspace: string, device: string, time: number): Event[] {
  return database
    .prepare(
      `SELECT * FROM event
       WHERE workspace = (SELECT num FROM workspace WHERE id = ?) AND device = ? AND shown > ? ORDER BY seq`,
    )
    .all(workspace, device, time)
    .map((row) => eventOf(row, workspace).event);
}

/** Number of the newest event ever stored, forgotten ones included. */
export const feedEnd = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'event'").get()?.["seq"] ?? 0);

/** One page of the feed; see `EventQuery`. */
export function listEvents(database: DatabaseSync, query: EventQuery): EventPage {
  const { where, values } = conditionsOf(query);
  const direction = query.order === "newest" ? "DESC" : "ASC";
  return inSnapshot(database, () => {
    const rows = database
      .prepare(`SELECT * FROM event WHERE ${where} ORDER BY seq ${direction} LIMIT ?`)
      .all(...values, query.limit + 1);
    const more = rows.length > query.limit;
    const events = rows.slice(0, query.limit).map((row) => eventOf(row, query.workspace));
    const last = events.at(-1);
    const end = more && last && query.order !== "newest" ? last.seq : feedEnd(database);
    return { events, end, more };
  });
}

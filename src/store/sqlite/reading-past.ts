import type { DatabaseSync } from "node:sqlite";
import type { Base } from "#ports";
import type { Event } from "#wire";
import { type EncodedFixes, writeSection } from "./fix-groups.ts";
import { shownAfter } from "./reading-events.ts";
import type { HistoryReader } from "./reading-history.ts";
import { inSnapshot } from "./transaction.ts";

/** A stretch on its way between threads. */
export interface EncodedStretch {
  readonly earlier?: Base;
  readonly later?: Base;
  readonly fixes: EncodedFixes;
  readonly events: readonly Event[];
}

/** Fixes read at once. */
const PAGE = 100_000;

/** Bases, fixes and events of a device on one consistent view. */
export function readStretch(
  database: DatabaseSync,
  history: HistoryReader,
  workspace: string,
  device: string,
): EncodedStretch {
  return inSnapshot(database, () => {
    const row = database
      .prepare(
        `SELECT base.* FROM base JOIN device ON device.num = base.device
         WHERE device.workspace = (SELECT num FROM workspace WHERE id = ?) AND device.id = ?`,
      )
      .get(workspace, device);
    const earlier = baseOf(row?.["earlier_time"], row?.["earlier"]);
    const later = baseOf(row?.["later_time"], row?.["later"]);
    const from = earlier?.time ?? Number.NEGATIVE_INFINITY;
    const query = { workspace, device, from, to: Number.POSITIVE_INFINITY, limit: PAGE };
    const fixes = history.rangeIn(query).filter(({ time }) => time > from);
    return {
      ...(earlier && { earlier }),
      ...(later && { later }),
      fixes: writeSection(fixes),
      events: shownAfter(database, workspace, device, from),
    };
  });
}

function baseOf(time: unknown, state: unknown): Base | undefined {
  if (typeof time !== "number" || typeof state !== "string") return undefined;
  return { time, state: JSON.parse(state) as unknown };
}

import type { DatabaseSync } from "node:sqlite";
import type { Base } from "#ports";
import type { Event, Fix } from "#wire";
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

/** Bases of a device, fixes and events behind the newest one before `before`, on one consistent view. */
export function readStretch(
  database: DatabaseSync,
  history: HistoryReader,
  key: { readonly workspace: string; readonly device: string; readonly before: number },
): EncodedStretch {
  const { workspace, device, before } = key;
  return inSnapshot(database, () => {
    const row = database
      .prepare(
        `SELECT base.* FROM base JOIN device ON device.num = base.device
         WHERE device.workspace = (SELECT num FROM workspace WHERE id = ?) AND device.id = ?`,
      )
      .get(workspace, device);
    const earlier = baseOf(row?.["earlier_time"], row?.["earlier"]);
    const later = baseOf(row?.["later_time"], row?.["later"]);
    const base = later !== undefined && later.time < before ? later : earlier;
    const from = base?.time ?? Number.NEGATIVE_INFINITY;
    const fixes = fixesBehind(history, workspace, device, from);
    return {
      ...(earlier && { earlier }),
      ...(later && { later }),
      fixes: writeSection(fixes),
      events: shownAfter(database, workspace, device, from),
    };
  });
}

/** All of them, however many; pages overlap in one time, because `from` is inclusive. */
function fixesBehind(history: HistoryReader, workspace: string, device: string, time: number): Fix[] {
  const fixes: Fix[] = [];
  for (let from = time; ;) {
    const query = { workspace, device, from, to: Number.POSITIVE_INFINITY, limit: PAGE };
    const page = history.rangeIn(query);
    for (const fix of page) if (fix.time > from) fixes.push(fix);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return fixes;
    from = last.time;
  }
}

function baseOf(time: unknown, state: unknown): Base | undefined {
  if (typeof time !== "number" || typeof state !== "string") return undefined;
  return { time, state: JSON.parse(state) as unknown };
}

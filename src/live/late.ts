import type { EpochMs } from "#geo";
import type { History } from "#ports";
import type { Veil } from "#share";
import { type DeviceId, EARLIEST, type Fix, MAX_AHEAD, type WorkspaceId } from "#wire";

const MINUTE = 60_000;
/** How far back the last position before a moment is looked for, step by step. */
const LOOK_BACK = [10, 60, 360, 1_440, 10_080, 44_640].map((minutes) => minutes * MINUTE);
/** Positions that are read at once. */
const PAGE = 100_000;

/** Whose positions are read, through which veil, and when. */
export interface LateQuery {
  readonly workspace: WorkspaceId;
  readonly device: DeviceId;
  readonly veil: Veil;
  readonly now: EpochMs;
}

/**
 * What a delayed link, or a trip, needs of a device's history, oldest first: the last position that is old enough, if there
 * is one within a month before, and those that are not old enough yet.
 */
export async function readLate(history: History, query: LateQuery): Promise<readonly Fix[]> {
  const { workspace, device, veil, now } = query;
  const read = async (from: EpochMs, to: EpochMs): Promise<readonly Fix[]> => {
    if (from > to) return [];
    const fixes = await history.range({ workspace, device, from, to, limit: PAGE });
    return fixes.filter(({ outlier }) => outlier !== true);
  };
  const newest = veil.newestAt(now);
  const waiting =
    veil.delay === 0 ? [] : await read(Math.max(newest + 1, veil.from), Math.min(veil.to, now + MAX_AHEAD));
  let to = newest;
  for (const back of LOOK_BACK) {
    const from = Math.max(EARLIEST, veil.from, newest - back);
    const last = (await read(from, to)).at(-1);
    if (last) return [last, ...waiting];
    to = from - 1;
  }
  return waiting;
}

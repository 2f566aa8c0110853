import type { EpochMs, Milliseconds } from "#geo";
import type { Past, Stretch } from "#ports";
import type { DeviceId, LogEntry, Position } from "#wire";
import type { Fleet, Workspace } from "./fleet.ts";

/** What judging a device again needs: its last stretch, and the late fixes that make it necessary. */
export interface LateStretch {
  readonly late: ReadonlySet<EpochMs>;
  readonly stretch: Stretch;
}

/** Times of late fixes within the horizon, by device. */
export type Late = ReadonlyMap<DeviceId, ReadonlySet<EpochMs>>;

/** Reads under way at once. */
const AT_ONCE = 64;

/** Late fixes within the horizon that an entry brings, by device; undefined when there are none, as nearly always. */
export function lateIn(fleet: Fleet, entry: LogEntry, horizon: Milliseconds): Late | undefined {
  if (entry.kind !== "positions") return undefined;
  const workspace = fleet.workspace(entry.workspace);
  const { positions } = entry;
  let late: Map<DeviceId, Set<EpochMs>> | undefined;
  const note = ({ device, time }: Position): void => {
    const times = (late ??= new Map<DeviceId, Set<EpochMs>>()).get(device);
    if (times === undefined) late.set(device, new Set([time]));
    else times.add(time);
  };
  // What the entry itself will have made the newest time of each device.
  const newest = positions.length > 1 ? new Map<DeviceId, EpochMs>() : undefined;
  for (const position of positions) {
    const { device, time } = position;
    const before = newest?.get(device) ?? newestOf(workspace, device);
    if (before === undefined || time > before) newest?.set(device, time);
    else if (time < before && time >= before - horizon && mayJudgeAgain(workspace, position)) {
      note(position);
    }
  }
  return late;
}

const newestOf = (workspace: Workspace, device: DeviceId): EpochMs | undefined =>
  workspace.devices.get(device)?.track?.newest;

/** Nothing behind an edit is judged again; what is newer than all that came before this entry lies behind none. */
function mayJudgeAgain(workspace: Workspace, { device: id, time }: Position): boolean {
  const device = workspace.devices.get(id);
  if (device?.track === undefined) return true;
  return time > device.track.newest || device.based.offset >= workspace.edited;
}

/** Reads the stretches of the devices from the store. */
export async function readStretches(
  past: Past,
  workspace: string,
  late: Late,
): Promise<Map<DeviceId, Stretch>> {
  const devices = [...late];
  const stretches = new Map<DeviceId, Stretch>();
  for (let start = 0; start < devices.length; start += AT_ONCE) {
    await Promise.all(
      devices.slice(start, start + AT_ONCE).map(async ([device, times]) => {
        stretches.set(device, await past.stretch(workspace, device, Math.min(...times)));
      }),
    );
  }
  return stretches;
}

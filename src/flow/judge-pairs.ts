import type { ProximityFix } from "#fence";
import type { EpochMs } from "#geo";
import type { Fix, Position } from "#wire";
import type { Device } from "./device.ts";
import { eventOf, type Origin, revisionOf, withdrawalOf } from "./finding.ts";
import type { Workspace } from "./fleet.ts";
import type { PairFinding } from "./pairs.ts";
import { amendEvent, raiseEvent } from "./raise.ts";
import type { Workbench } from "./workbench.ts";

/** The second stage of a live fix: what it shows about its device and others. */
export function judgePairs(bench: Workbench, workspace: Workspace, device: Device, origin: Origin): void {
  const { pairs } = workspace;
  if (device.track === undefined) return;
  const { fix, motion } = device.track;
  const found = pairs.judge(device.id, proximityFix(fix, motion.motion === "stopped"));
  tell(bench, workspace, { device, found, origin, position: () => fix });
  device.pairs = pairs.states(device.id);
}

/** The live fixes of a device behind a time turned out to be others: what that changes about it and others. */
export function judgePairsAgain(
  bench: Workbench,
  workspace: Workspace,
  device: Device,
  again: { readonly after: EpochMs; readonly live: readonly Live[]; readonly origin: Origin },
): void {
  const { after, live, origin } = again;
  const fixes = live.map(({ fix, stopped }) => proximityFix(fix, stopped));
  const found = workspace.pairs.amend(device.id, after, fixes);
  const position = (time: EpochMs): Fix | undefined =>
    live.findLast(({ fix }) => fix.time <= time)?.fix ?? device.track?.fix;
  tell(bench, workspace, { device, found, origin, position });
  device.pairs = workspace.pairs.states(device.id);
}

/** A fix that was the newest when it was judged, and no outlier. */
export interface Live {
  readonly fix: Fix;
  readonly stopped: boolean;
}

interface Told {
  /** Whose fix shows it. */
  readonly device: Device;
  readonly found: readonly PairFinding[];
  readonly origin: Origin;
  /** Its fix at a time. */
  readonly position: (time: EpochMs) => Position | undefined;
}

function tell(bench: Workbench, workspace: Workspace, { device, found, origin, position }: Told): void {
  for (const { kind, device: id, finding, shown } of found) {
    const of = workspace.devices.get(id) ?? device;
    const event = eventOf(of, finding, { ...origin, shown });
    if (kind === "raise") raiseEvent(bench, workspace, of, event, position(shown));
    else if (kind === "withdraw") amendEvent(bench, withdrawalOf(of, event, origin));
    else if (kind === "revise") amendEvent(bench, revisionOf(event, finding, origin));
    else bench.batch.reshown.push({ workspace: workspace.id, device: id, event: event.id, shown });
    noteStates(bench, workspace, [id, finding.other ?? id]);
  }
}

/** What is stored of the devices of a pair is another. */
function noteStates(bench: Workbench, { devices, pairs }: Workspace, ids: readonly string[]): void {
  for (const id of ids) {
    const device = devices.get(id);
    if (device === undefined) continue;
    device.pairs = pairs.states(id);
    bench.batch.changed.add(device);
  }
}

/** A live fix as the watches take it. */
export const proximityFix = ({ time, lon, lat }: Fix, stopped: boolean): ProximityFix => ({
  time,
  lon,
  lat,
  stopped,
});

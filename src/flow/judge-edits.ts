import type { EpochMs } from "#geo";
import type { MembershipChange } from "#fence";
import { lastPlace } from "#track";
import { eventId, type Fence, type FenceId, type LogEntry } from "#wire";
import { concerns } from "./concerns.ts";
import type { Device } from "./device.ts";
import { deviceTime } from "./device-time.ts";
import type { Finding } from "./finding.ts";
import { refreshInside, type Workspace } from "./fleet.ts";
import { setAlarm } from "./judge-tick.ts";
import { raiseEvent } from "./raise.ts";
import { stayAnew } from "./watched.ts";
import type { Workbench } from "./workbench.ts";

type EntryOf<Kind extends LogEntry["kind"]> = Extract<LogEntry, { kind: Kind }>;

/** A fence was created or has a new version: who is inside may have changed without a movement. */
export function putFence(bench: Workbench, { at, fence }: EntryOf<"fence-put">): void {
  const workspace = bench.fleet.workspace(fence.workspace);
  const waited = waits(workspace.fences.get(fence.id)) || waits(fence);
  const changes = bench.fleet.putFence(fence);
  bench.batch.putFence(fence);
  edited(bench, workspace);
  changeMemberships(bench, workspace, changes, at);
  if (waited) waitAnew(bench, workspace, fence.id, at);
}

/** A fence is gone: who was inside leaves it. */
export function deleteFence(bench: Workbench, { workspace: id, at, fence }: EntryOf<"fence-delete">): void {
  const workspace = bench.fleet.workspace(id);
  const waited = waits(workspace.fences.get(fence));
  const changes = bench.fleet.deleteFence(id, fence);
  if (changes === undefined) return;
  bench.batch.deleteFence(id, fence);
  edited(bench, workspace);
  changeMemberships(bench, workspace, changes, at);
  if (waited) waitAnew(bench, workspace, fence, at);
}

/** A device and its history are gone. One that was registered and never heard of has its row in the store alone. */
export function deleteDevice({ fleet, batch }: Workbench, entry: EntryOf<"device-delete">): void {
  const device = fleet.device(entry.workspace, entry.device);
  batch.deleteDevice({ workspace: entry.workspace, device: entry.device }, device);
  if (device !== undefined) fleet.remove(device);
}

/** Is it a fence that waits for who stays? */
const waits = (fence: Fence | undefined): boolean => (fence?.dwellSeconds ?? 0) > 0;

/** Nothing behind an edit is judged again. */
export function edited({ batch, offset }: Workbench, workspace: Workspace): void {
  workspace.edited = offset;
  batch.edit(workspace.id, offset);
}

/** In the order of the devices' ids: handles are given anew at every start, and events must not depend on that. */
function changeMemberships(
  bench: Workbench,
  workspace: Workspace,
  changes: readonly MembershipChange[],
  at: EpochMs,
): void {
  for (const handle of workspace.engine.dropped) {
    const device = workspace.byHandle.get(handle);
    if (device === undefined) continue;
    device.carry = workspace.engine.carry(handle);
    bench.batch.changed.add(device);
  }
  const changed: { readonly device: Device; readonly change: MembershipChange }[] = [];
  for (const change of changes) {
    const device = workspace.byHandle.get(change.handle);
    if (device !== undefined) changed.push({ device, change });
  }
  changed.sort((a, b) => (a.device.id < b.device.id ? -1 : 1));
  for (const { device, change } of changed) changeMembership(bench, workspace, device, change, at);
}

/** Membership follows the edit for every device; only those that are online give an event. */
function changeMembership(
  bench: Workbench,
  workspace: Workspace,
  device: Device,
  change: MembershipChange,
  at: EpochMs,
): void {
  const { batch, settings } = bench;
  refreshInside(workspace.engine, device);
  batch.changed.add(device);
  const { track, seenAt } = device;
  if (track === undefined || seenAt === undefined || at - seenAt > settings.onlineFor) return;
  const { time: fix, lon, lat } = lastPlace(track);
  const { type, fence, fenceVersion } = change;
  const finding: Finding = { type, fence, fenceVersion, time: at, fix, lon, lat, reason: "fence" };
  if (!concerns(workspace, device, finding)) return;
  const identity = { workspace: workspace.id, device: device.id, ...finding };
  // A parked device may be found inside by several edits, with the same fix each time: the edit tells them apart.
  const event = { id: eventId({ ...identity, generation: at }), ...identity, detectedAt: at };
  raiseEvent(bench, workspace, device, event, track.fix);
}

/** Who is in a fence that waits for those who stay begins to be waited for when it is edited. */
function waitAnew(bench: Workbench, workspace: Workspace, id: FenceId, at: EpochMs): void {
  const fence = workspace.fences.get(id);
  for (const device of workspace.devices.values()) {
    const watched = stayAnew(device, id, fence, deviceTime(device, at));
    if (watched === device.watched) continue;
    device.watched = watched;
    bench.batch.changed.add(device);
    setAlarm(bench.fleet, device);
  }
}

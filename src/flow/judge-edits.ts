import type { EpochMs } from "#geo";
import type { MembershipChange } from "#fence";
import { lastPlace } from "#track";
import { eventId, type LogEntry } from "#wire";
import type { Device } from "./device.ts";
import { refreshInside, type Workspace } from "./fleet.ts";
import type { Workbench } from "./workbench.ts";

type EntryOf<Kind extends LogEntry["kind"]> = Extract<LogEntry, { kind: Kind }>;

/** A fence was created or has a new version: who is inside may have changed without a movement. */
export function putFence(bench: Workbench, { at, fence }: EntryOf<"fence-put">): void {
  const workspace = bench.fleet.workspace(fence.workspace);
  workspace.fences.set(fence.id, fence);
  bench.batch.putFence(fence);
  changeMemberships(bench, workspace, workspace.engine.put(fence), at);
}

/** A fence is gone: who was inside leaves it. */
export function deleteFence(bench: Workbench, { workspace: id, at, fence }: EntryOf<"fence-delete">): void {
  const workspace = bench.fleet.workspace(id);
  if (!workspace.fences.delete(fence)) return;
  bench.batch.deleteFence(id, fence);
  changeMemberships(bench, workspace, workspace.engine.remove(fence), at);
}

/** A device and its history are gone. One that was registered and never heard of has its row in the store alone. */
export function deleteDevice({ fleet, batch }: Workbench, entry: EntryOf<"device-delete">): void {
  const device = fleet.device(entry.workspace, entry.device);
  batch.deleteDevice({ workspace: entry.workspace, device: entry.device }, device);
  if (device !== undefined) fleet.remove(device);
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
  { batch, settings, tally }: Workbench,
  workspace: Workspace,
  device: Device,
  change: MembershipChange,
  at: EpochMs,
): void {
  refreshInside(workspace.engine, device);
  batch.changed.add(device);
  const { track, seenAt } = device;
  if (track === undefined || seenAt === undefined || at - seenAt > settings.onlineFor) return;
  const { time: fix, lon, lat } = lastPlace(track);
  const { type, fence, fenceVersion } = change;
  const identity = { workspace: workspace.id, device: device.id, fence, fenceVersion, type, fix };
  tally.events++;
  batch.events.push({
    // A parked device may be found inside by several edits, with the same fix each time: the edit tells them apart.
    id: eventId({ ...identity, generation: at }),
    ...identity,
    time: at,
    detectedAt: at,
    lon,
    lat,
    reason: "fence",
  });
}

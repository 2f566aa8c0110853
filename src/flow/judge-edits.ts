import type { EpochMs } from "#geo";
import type { MembershipChange } from "#fence";
import { eventId, type LogEntry } from "#wire";
import type { Device } from "./device.ts";
import { refreshInside, type Workspace } from "./fleet.ts";
import type { Bench } from "./judge-entry.ts";

type EntryOf<Kind extends LogEntry["kind"]> = Extract<LogEntry, { kind: Kind }>;

/** A fence was created or has a new version: who is inside may have changed without a movement. */
export function putFence(bench: Bench, { at, fence }: EntryOf<"fence-put">): void {
  const workspace = bench.fleet.workspace(fence.workspace);
  workspace.fences.set(fence.id, fence);
  bench.batch.putFence(fence);
  for (const change of workspace.engine.put(fence)) changeMembership(bench, workspace, change, at);
}

/** A fence is gone: who was inside leaves it. */
export function deleteFence(bench: Bench, { workspace: id, at, fence }: EntryOf<"fence-delete">): void {
  const workspace = bench.fleet.workspace(id);
  if (!workspace.fences.delete(fence)) return;
  bench.batch.deleteFence(id, fence);
  for (const change of workspace.engine.remove(fence)) changeMembership(bench, workspace, change, at);
}

/** A device and its history are gone. */
export function deleteDevice({ fleet, batch }: Bench, entry: EntryOf<"device-delete">): void {
  const device = fleet.device(entry.workspace, entry.device);
  if (device === undefined) {
    // Registered and never heard of: the store still has its row.
    batch.deletedDevices.push({ workspace: entry.workspace, device: entry.device });
    return;
  }
  batch.deleteDevice(device);
  fleet.remove(device);
}

/** Membership follows the edit for every device; only those that are online give an event. */
function changeMembership(
  { batch, settings, tally }: Bench,
  workspace: Workspace,
  change: MembershipChange,
  at: EpochMs,
): void {
  const device = workspace.byHandle.get(change.handle);
  if (device === undefined) return;
  refreshInside(workspace.engine, device);
  batch.changed.add(device);
  if (device.seenAt === undefined || at - device.seenAt > settings.onlineFor) return;
  const place = placeOf(workspace, device);
  if (place === undefined) return;
  const identity = {
    workspace: workspace.id,
    device: device.id,
    fence: change.fence,
    fenceVersion: change.fenceVersion,
    type: change.type,
    fix: place.time,
  };
  tally.events++;
  batch.events.push({
    id: eventId({ ...identity, generation: 0 }),
    ...identity,
    time: at,
    detectedAt: at,
    lon: place.lon,
    lat: place.lat,
    reason: "fence",
  });
}

function placeOf(
  { engine }: Workspace,
  device: Device,
): { time: EpochMs; lon: number; lat: number } | undefined {
  const { time, lon, lat } = engine.state(device.handle);
  return time === undefined || lon === undefined || lat === undefined ? undefined : { time, lon, lat };
}

import { byPlace } from "#fence";
import type { Restored } from "#ports";
import type { AdmittedTimes } from "./admitted.ts";
import { statusOf } from "./device.ts";
import type { Fleet } from "./fleet.ts";
import { setAlarm } from "./judge-tick.ts";
import type { CommittedLatest } from "./latest.ts";

/** Brings the live state back to what the newest commit says: fences first, because devices are inside them. */
export function restore(
  { seq, fences, definitions, cooldowns, edited, devices }: Restored,
  parts: { readonly fleet: Fleet; readonly latest: CommittedLatest; readonly times: AdmittedTimes },
): void {
  const { fleet, latest, times } = parts;
  latest.reached(seq);
  for (const index of byPlace(fences)) {
    const fence = fences[index];
    if (fence !== undefined) fleet.putFence(fence);
  }
  for (const definition of definitions) fleet.define(definition);
  for (const { workspace, rule, device, fence, time } of cooldowns) {
    fleet.workspace(workspace).cooldowns.set(rule, device, fence, time);
  }
  for (const { workspace, offset } of edited) fleet.workspace(workspace).edited = offset;
  for (const record of devices) {
    const device = fleet.restore(record);
    setAlarm(fleet, device);
    times.restore(device.workspace, device.id, device.track?.newest);
    latest.put(statusOf(device));
  }
}

import { normalizeLon } from "#geo";
import type { FenceId } from "#wire";
import { recordDoubles } from "./devices.ts";
import type { Machine, MachineParts } from "./machine.ts";
import type { FenceState, PendingState } from "./types.ts";

/** Ids of the fences that a device is in, in no order. */
export function insideOf({ devices, slots }: MachineParts, handle: number): FenceId[] {
  const list = devices.list(handle);
  const inside: FenceId[] = [];
  for (let i = 1; i <= devices.inside.length(list); i++)
    inside.push(slots.id(devices.inside.data[list + i] ?? 0));
  return inside;
}

/** Where and when the last fix of a device was; undefined before the first. */
export function lastOf(
  { devices }: MachineParts,
  handle: number,
): { readonly time: number; readonly lon: number; readonly lat: number } | undefined {
  const at = recordDoubles * handle;
  const [lon = NaN, lat = NaN, time = NaN] = devices.places.subarray(at, at + 3);
  return Number.isNaN(lon) ? undefined : { time, lon, lat };
}

/** What is pending for a device, in plain JSON. */
export function pendingOf({ devices, slots, pending }: MachineParts, handle: number): PendingState[] {
  const states: PendingState[] = [];
  for (let change = devices.pending(handle); change !== 0; change = pending.next(change)) {
    const run = pending.run(change);
    states.push({
      fence: slots.id(pending.slot(change)),
      type: pending.isEnter(change) ? "enter" : "exit",
      time: pending.time(change),
      lon: pending.lon(change),
      lat: pending.lat(change),
      fix: pending.fix(change),
      ...(pending.isFirst(change) && { first: true as const }),
      run,
      ...(run > 0 && { runStart: pending.runStart(change) }),
      ...(pending.leads(change) && {
        lead: { east: pending.east(change), north: pending.north(change) },
      }),
    });
  }
  return states;
}

/** Takes back what `pendingOf` said, as far as its fences still are what they were. */
export function admitPending(
  { devices, slots, pending }: MachineParts,
  machine: Machine,
  handle: number,
  states: FenceState["pending"] = [],
): void {
  // Each is put before the others, so the last one first keeps their order.
  for (const state of states.toReversed()) {
    const { fence, type, time, lon, lat, fix, first, run, runStart = NaN, lead } = state;
    const slot = slots.find(fence);
    const isEnter = type === "enter";
    if (slot === undefined || slots.isStrict(slot) || devices.isIn(handle, slot) === isEnter) continue;
    if (machine.find(handle, slot) !== 0) continue;
    const change = pending.take(slot, devices.pending(handle), isEnter, first === true);
    pending.setMoment(change, time, normalizeLon(lon), lat, fix);
    pending.setRun(change, run, runStart);
    pending.setLead(change, lead !== undefined);
    if (lead !== undefined) pending.setStep(change, lead.east, lead.north);
    devices.setPending(handle, change);
  }
}

import type { EpochMs } from "#geo";
import type { LogEntry } from "#wire";
import type { Device } from "./device.ts";
import { deviceTime, serverTime } from "./device-time.ts";
import { raiseFacts } from "./raise.ts";
import { nextDue, watchTime } from "./watched.ts";
import type { Workbench } from "./workbench.ts";

/** The server's time has come to `at`: the timers of every device whose own time makes them due fire. */
export function judgeTick(bench: Workbench, { at }: Extract<LogEntry, { kind: "tick" }>): void {
  for (const device of bench.fleet.alarms.take(at)) fireTimers(bench, device, at);
}

function fireTimers(bench: Workbench, device: Device, at: EpochMs): void {
  const { track, quiet } = device;
  if (quiet || track === undefined) return;
  const workspace = bench.fleet.workspace(device.workspace);
  const { watched, facts } = watchTime(workspace, device, deviceTime(device, at));
  if (watched !== device.watched) {
    device.watched = watched;
    bench.batch.changed.add(device);
  }
  const origin = { offset: bench.offset, at, shown: track.newest, imported: false, late: false };
  raiseFacts(bench, workspace, device, facts, origin);
  setAlarm(bench.fleet, device);
}

/** Sees to it that the device's next timer fires. */
export function setAlarm(fleet: Workbench["fleet"], device: Device): void {
  if (device.quiet) return;
  const workspace = fleet.workspace(device.workspace);
  if (device.watched === undefined && workspace.watches.size === 0) return;
  const due = nextDue(workspace, device);
  if (due !== undefined) fleet.alarms.set(device, serverTime(device, due));
}

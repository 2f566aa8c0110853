import type { LogEntry } from "#wire";
import { amendEvent } from "./raise.ts";
import type { Workbench } from "./workbench.ts";

/**
 * What judging a stretch of the past again with a fence of today gave. The device's base lies behind it from now on:
 * late fixes older than this are not judged against what was.
 */
export function judgeAmendment(
  bench: Workbench,
  { workspace: id, device: name, at, events }: Extract<LogEntry, { kind: "amend" }>,
): void {
  const workspace = bench.fleet.workspace(id);
  const device = workspace.devices.get(name);
  if (device === undefined) return;
  device.based = { ...device.based, offset: -1 };
  bench.batch.changed.add(device);
  for (const event of events) amendEvent(bench, { ...event, detectedAt: at });
}

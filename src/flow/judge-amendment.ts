import type { Event, LogEntry } from "#wire";
import { raiseEvent } from "./raise.ts";
import type { Workbench } from "./workbench.ts";

/**
 * What judging the past with a fence of today gave: the events are stored as they come, without alerts. Like an edit
 * it closes the past behind it, for late fixes would be judged against what was.
 */
export function judgeAmendment(bench: Workbench, entry: Extract<LogEntry, { kind: "amend" }>): void {
  const { fleet, batch, offset } = bench;
  const workspace = fleet.workspace(entry.workspace);
  const device = fleet.device(entry.workspace, entry.device);
  if (device === undefined) return;
  workspace.edited = offset;
  batch.edit(workspace.id, offset);
  for (const event of entry.events) raiseEvent(bench, workspace, device, asOf(event, entry.at));
}

const asOf = (event: Event, at: number): Event => ({ ...event, detectedAt: at });

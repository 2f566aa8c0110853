import type { Event, Position } from "#wire";
import { alert } from "./alerting.ts";
import { concerns } from "./concerns.ts";
import type { Device } from "./device.ts";
import type { Fact } from "./fact-finding.ts";
import { eventOf, type Origin, withdrawalOf } from "./finding.ts";
import type { Workspace } from "./fleet.ts";
import type { Workbench } from "./workbench.ts";

/** Makes events of what was found of a device just now, in its order. */
export function raiseFacts(
  bench: Workbench,
  workspace: Workspace,
  device: Device,
  facts: readonly Fact[],
  origin: Origin,
): void {
  for (const { kind, finding } of facts) {
    if (!concerns(workspace, device, finding)) continue;
    const event = eventOf(device, finding, origin);
    if (kind === "raise") raiseEvent(bench, workspace, device, event, device.track?.fix);
    else amendEvent(bench, withdrawalOf(device, event, origin));
  }
}

/** An event is in the feed from the next commit on, and whoever it concerns is told. `position` is the fix that shows it. */
export function raiseEvent(
  bench: Workbench,
  workspace: Workspace,
  device: Device,
  event: Event,
  position: Position | undefined,
): void {
  storeEvent(bench, event);
  alert(bench, workspace, device, event, position);
}

/** A withdrawal or a revision: who was told of the event hears that it is not true. */
export function amendEvent(bench: Workbench, event: Event): void {
  storeEvent(bench, event);
  if (event.withdraws !== undefined) bench.batch.followUps.push({ event, at: event.detectedAt });
}

/** An event is in the feed from the next commit on; nobody is told. What one entry revises twice says the last of it. */
export function storeEvent({ batch, tally }: Workbench, event: Event): void {
  const again = event.revises === undefined ? -1 : batch.events.findLastIndex(({ id }) => id === event.id);
  if (again >= 0) {
    batch.events[again] = event;
    return;
  }
  tally.events++;
  batch.events.push(event);
}

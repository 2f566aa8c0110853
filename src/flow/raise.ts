import type { Event } from "#wire";
import type { Device } from "./device.ts";
import { eventOf, type Origin, withdrawalOf } from "./finding.ts";
import type { Workspace } from "./fleet.ts";
import type { Fact } from "./watched.ts";
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
    const event = eventOf(device, finding, origin);
    if (kind === "raise") raiseEvent(bench, workspace, device, event);
    else raiseEvent(bench, workspace, device, withdrawalOf(device, event, origin));
  }
}

/** An event is in the feed from the next commit on. */
export function raiseEvent(
  { batch, tally }: Workbench,
  _workspace: Workspace,
  _device: Device,
  event: Event,
): void {
  tally.events++;
  batch.events.push(event);
}

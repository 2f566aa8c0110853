import type { EpochMs } from "#geo";
import type { RuleContext } from "#rule";
import { alertId, type DeviceId, type Event, type FenceId, type Position, type RuleId } from "#wire";
import type { Device } from "./device.ts";
import type { Workspace } from "./fleet.ts";
import type { Workbench } from "./workbench.ts";

/** When each rule of a workspace last raised an alert about a device and a fence. */
export class Cooldowns {
  readonly #times: Map<string, EpochMs> = new Map();

  get(rule: RuleId, device: DeviceId, fence: FenceId | undefined): EpochMs | undefined {
    return this.#times.get(keyOf(rule, device, fence));
  }

  set(rule: RuleId, device: DeviceId, fence: FenceId | undefined, time: EpochMs): void {
    this.#times.set(keyOf(rule, device, fence), time);
  }
}

const keyOf = (rule: RuleId, device: DeviceId, fence: FenceId | undefined): string =>
  JSON.stringify([rule, device, fence]);

/** Asks the rules whom an event concerns, and raises an alert for each target. `position` is the fix that shows it. */
export function alert(
  { batch, nameOf }: Workbench,
  workspace: Workspace,
  device: Device,
  event: Event,
  position: Position | undefined,
): void {
  const { rules, cooldowns } = workspace;
  const context = contextOf(workspace, device, event, nameOf(workspace.id, device.id), position);
  const match = rules.match(event, context, (...key) => cooldowns.get(...key));
  for (const { target, rules: matched, text } of match.alerts) {
    batch.alerts.push({
      id: alertId(event.id, target),
      workspace: workspace.id,
      target,
      event,
      rules: matched,
      ...(text !== undefined && { text }),
      at: event.detectedAt,
    });
  }
  for (const cooldown of match.cooldowns) {
    cooldowns.set(cooldown.rule, cooldown.device, cooldown.fence, cooldown.time);
    batch.cool(cooldown);
  }
}

function contextOf(
  workspace: Workspace,
  { id, groups }: Device,
  { fence: fenceId, other: otherId }: Event,
  name: string | undefined,
  position: Position | undefined,
): RuleContext {
  const fence = fenceId === undefined ? undefined : workspace.fences.get(fenceId);
  const other =
    otherId === undefined ? undefined : { id: otherId, groups: workspace.devices.get(otherId)?.groups ?? [] };
  return {
    device: name === undefined ? { id, groups } : { id, name, groups },
    ...(other && { other }),
    ...(fence && { fence }),
    ...(position && { position }),
  };
}

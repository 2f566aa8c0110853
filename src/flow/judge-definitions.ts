import type { LogEntry, WorkspaceId } from "#wire";
import type { EpochMs } from "#geo";
import type { Device } from "./device.ts";
import { deviceTime } from "./device-time.ts";
import type { Workspace } from "./fleet.ts";
import { setAlarm } from "./judge-tick.ts";
import { beginWatches } from "./watched.ts";
import { edited } from "./judge-edits.ts";
import type { Workbench } from "./workbench.ts";

type EntryOf<Kind extends LogEntry["kind"]> = Extract<LogEntry, { kind: Kind }>;

/** A rule or a watch was created or has a new version. */
export function define(bench: Workbench, { at, definition }: EntryOf<"define">): void {
  const { fleet, batch } = bench;
  fleet.define(definition);
  batch.define(definition);
  if (definition.of === "watch") watchesEdited(bench, definition.value.workspace, at);
}

/** A rule or a watch is gone. */
export function undefine(bench: Workbench, { workspace, at, of, id }: EntryOf<"undefine">): void {
  const { fleet, batch } = bench;
  fleet.undefine(workspace, of, id);
  batch.undefine({ workspace, of, id });
  if (of === "watch") watchesEdited(bench, workspace, at);
}

/** Every device is watched by what there is now, from where it is. */
function watchesEdited(bench: Workbench, id: WorkspaceId, at: EpochMs): void {
  const workspace = bench.fleet.workspace(id);
  edited(bench, workspace);
  for (const device of workspace.devices.values()) rewatch(bench, workspace, device, at);
}

function rewatch(bench: Workbench, workspace: Workspace, device: Device, at: EpochMs): void {
  const watched = beginWatches(workspace, device, deviceTime(device, at));
  if (watched !== device.watched) {
    device.watched = watched;
    bench.batch.changed.add(device);
  }
  setAlarm(bench.fleet, device);
}

/** A device belongs to other groups from now on. */
export function setGroups(bench: Workbench, entry: EntryOf<"device-groups">): void {
  const { fleet, batch } = bench;
  const workspace = fleet.workspace(entry.workspace);
  const device = workspace.devices.get(entry.device) ?? fleet.add(workspace, entry.device);
  device.groups = entry.groups;
  workspace.pairs.enlist(device);
  // What it belonged to before does not judge it again.
  device.based = { ...device.based, offset: -1 };
  batch.changed.add(device);
  if (workspace.watches.size > 0) rewatch(bench, workspace, device, entry.at);
}

import type { LogEntry } from "#wire";
import { edited } from "./judge-edits.ts";
import type { Workbench } from "./workbench.ts";

type EntryOf<Kind extends LogEntry["kind"]> = Extract<LogEntry, { kind: Kind }>;

/** A rule or a watch was created or has a new version. */
export function define(bench: Workbench, { definition }: EntryOf<"define">): void {
  const { fleet, batch } = bench;
  fleet.define(definition);
  batch.define(definition);
  if (definition.of === "watch") edited(bench, fleet.workspace(definition.value.workspace));
}

/** A rule or a watch is gone. */
export function undefine(bench: Workbench, { workspace, of, id }: EntryOf<"undefine">): void {
  const { fleet, batch } = bench;
  fleet.undefine(workspace, of, id);
  batch.undefine({ workspace, of, id });
  if (of === "watch") edited(bench, fleet.workspace(workspace));
}

/** A device belongs to other groups from now on. */
export function setGroups({ fleet, batch }: Workbench, entry: EntryOf<"device-groups">): void {
  const workspace = fleet.workspace(entry.workspace);
  const device = workspace.devices.get(entry.device) ?? fleet.add(workspace, entry.device);
  device.groups = entry.groups;
  // What it belonged to before does not judge it again.
  device.based = { ...device.based, offset: -1 };
  batch.changed.add(device);
}

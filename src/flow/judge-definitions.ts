import type { LogEntry } from "#wire";
import type { Workbench } from "./workbench.ts";

type EntryOf<Kind extends LogEntry["kind"]> = Extract<LogEntry, { kind: Kind }>;

/** A rule or a watch was created or has a new version. */
export function define({ fleet, batch }: Workbench, { definition }: EntryOf<"define">): void {
  fleet.define(definition);
  batch.define(definition);
}

/** A rule or a watch is gone. */
export function undefine({ fleet, batch }: Workbench, { workspace, of, id }: EntryOf<"undefine">): void {
  fleet.undefine(workspace, of, id);
  batch.undefine({ workspace, of, id });
}

/** A device belongs to other groups from now on. */
export function setGroups({ fleet, batch }: Workbench, entry: EntryOf<"device-groups">): void {
  const workspace = fleet.workspace(entry.workspace);
  const device = workspace.devices.get(entry.device) ?? fleet.add(workspace, entry.device);
  device.groups = entry.groups;
  batch.changed.add(device);
}

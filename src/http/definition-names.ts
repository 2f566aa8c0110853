import type { Names } from "#pages";
import type { Definitions, Devices, Fences, Targets } from "#ports";
import type { DeviceScope, Rule, Watch, WorkspaceId } from "#wire";
import { lookUp } from "./event-rows.ts";

/** Where names are looked up. */
export interface NamePorts {
  readonly devices: Devices;
  readonly fences: Fences;
  readonly definitions: Definitions;
  readonly targets: Targets;
}

/** Names of one list that a page shows; the others it only counts. */
const SHOWN = 4;

const first = (ids: readonly string[] = []): readonly string[] => ids.slice(0, SHOWN);

type Named = { readonly name?: string };

/** Names by id, of those that have one. */
const namesOf = async (
  ids: readonly (string | undefined)[],
  find: (id: string) => Promise<Named | undefined>,
): Promise<ReadonlyMap<string, string>> => {
  const found = await lookUp(ids, find);
  return new Map([...found].flatMap(([id, { name }]) => (name ? [[id, name]] : [])));
};

const devicesOf = (scopes: readonly (DeviceScope | undefined)[]): readonly string[] =>
  scopes.flatMap((scope) => first(scope?.devices));

/** Names of what rules name; of targets only for whoever may see them. */
export const namesOfRules = async (
  ports: NamePorts,
  workspace: WorkspaceId,
  rules: readonly Rule[],
  withTargets: boolean,
): Promise<Names> => {
  const ids = {
    fences: rules.flatMap((rule) => first(rule.fences)),
    watches: rules.flatMap((rule) => first(rule.watches)),
    targets: withTargets ? rules.flatMap((rule) => first(rule.targets)) : [],
  };
  const [devices, fences, watches, targets] = await Promise.all([
    namesOf(devicesOf(rules), (id) => ports.devices.get(workspace, id)),
    namesOf(ids.fences, (id) => ports.fences.get(workspace, id)),
    namesOf(ids.watches, (id) => ports.definitions.get("watch", workspace, id)),
    namesOf(ids.targets, (id) => ports.targets.get(workspace, id)),
  ]);
  return { devices, fences, watches, targets };
};

/** Names of what watches name. */
export const namesOfWatches = async (
  ports: NamePorts,
  workspace: WorkspaceId,
  list: readonly Watch[],
): Promise<Names> => {
  const others = list.map((watch) => (watch.kind === "proximity" ? watch.others : undefined));
  const [devices, fences] = await Promise.all([
    namesOf(devicesOf([...list, ...others]), (id) => ports.devices.get(workspace, id)),
    namesOf(
      list.map((watch) => ("fence" in watch ? watch.fence : undefined)),
      (id) => ports.fences.get(workspace, id),
    ),
  ]);
  return { devices, fences, watches: new Map(), targets: new Map() };
};

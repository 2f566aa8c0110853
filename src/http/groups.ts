import type { Devices, Latest } from "#ports";
import {
  groupsAround,
  isId,
  isInGroup,
  Problem,
  show,
  type Device,
  type DeviceId,
  type WorkspaceId,
} from "#wire";

/** Longest name of a group, and most groups of one device. */
const [LONGEST, MOST] = [64, 100];

const isGroup = (value: unknown): value is string =>
  typeof value === "string" && value.length <= LONGEST && isId(value);

/** `groups` of a device: names, `null` for none; undefined when it is not given. Throws `invalid_field`. */
export const readGroups = (value: unknown): readonly string[] | undefined => {
  if (value === undefined) return undefined;
  if (value === null) return [];
  if (!Array.isArray(value) || value.length > MOST) {
    throw new Problem(
      "invalid_field",
      `groups is ${show(value)}; expected an array of at most ${MOST} names`,
    );
  }
  const names: readonly unknown[] = value;
  const wrong = names.findIndex((name) => !isGroup(name));
  if (wrong < 0) return names.filter(isGroup);
  throw new Problem(
    "invalid_field",
    `groups[${wrong}] is ${show(names[wrong])}; expected 1 to ${LONGEST} printable characters`,
  );
};

/** Some devices of a group. */
export interface GroupQuery {
  readonly workspace: WorkspaceId;
  readonly group: string;
  readonly after?: DeviceId;
  readonly limit: number;
}

/** Devices of a group, ascending by id. Membership is looked up in the live state, which is all in memory. */
export const devicesIn = async (
  { latest, devices }: { readonly latest: Latest; readonly devices: Devices },
  { workspace, group, after = "", limit }: GroupQuery,
): Promise<readonly Device[]> => {
  const ids: DeviceId[] = [];
  for (const { device, groups } of latest.all(workspace)) {
    if (device > after && groups && isInGroup(groups, group)) ids.push(device);
  }
  const page = ids.sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
  const found = await Promise.all(page.map((id) => devices.get(workspace, id)));
  return found.filter((device) => device !== undefined);
};

/** Every group that some device is in, and what these lie in, ascending; the first `most` of them. */
export const knownGroups = (latest: Latest, workspace: WorkspaceId, most: number): readonly string[] => {
  const names = new Set<string>();
  for (const { groups = [] } of latest.all(workspace)) {
    for (const group of groups) for (const name of groupsAround(group)) names.add(name);
  }
  return [...names].sort().slice(0, most);
};

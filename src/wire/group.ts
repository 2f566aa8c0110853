/** What stands between a group and one inside it. */
const NEST = "/";

/** Groups nest by their names: a device of "north/vans" is one of "north" as well. */
export const isInGroup = (groups: readonly string[], group: string): boolean =>
  groups.some((one) => one.startsWith(group) && (one.length === group.length || one[group.length] === NEST));

/** Is a device of `groups` in one of `some`, or of a group inside one of them? */
export const isInSomeGroup = (groups: readonly string[], some: readonly string[]): boolean =>
  some.some((group) => isInGroup(groups, group));

/** A group and every group that it lies in: "north/vans" gives "north" and "north/vans". */
export const groupsAround = (group: string): readonly string[] => {
  const around: string[] = [];
  for (let at = group.indexOf(NEST); at > 0; at = group.indexOf(NEST, at + 1))
    around.push(group.slice(0, at));
  return [...around, group];
};

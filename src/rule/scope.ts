import { type DeviceId, type DeviceScope, groupsAround, isInSomeGroup } from "#wire";

/** Says whether a device, with the groups it belongs to, is meant. */
export type ScopeTest = (device: DeviceId, groups: readonly string[]) => boolean;

const everyDevice: ScopeTest = () => true;

/** Which devices a scope means, ready to be asked often: what a lookup costs does not grow with its lists. */
export const compileScope = (scope: DeviceScope): ScopeTest => {
  if (scope.devices === undefined && scope.groups === undefined) return everyDevice;
  const devices = new Set(scope.devices);
  const groups = new Set(scope.groups);
  return (device, of) =>
    devices.has(device) || of.some((group) => groupsAround(group).some((one) => groups.has(one)));
};

/** Is the device named, or in one of the groups? Without either list every device is meant. */
export const inScope = (scope: DeviceScope, device: DeviceId, groups: readonly string[]): boolean => {
  if (scope.devices === undefined && scope.groups === undefined) return true;
  if (scope.devices?.includes(device) === true) return true;
  return scope.groups !== undefined && isInSomeGroup(groups, scope.groups);
};

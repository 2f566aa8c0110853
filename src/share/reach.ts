import { type DeviceId, type DeviceStatus, isInSomeGroup, type ShareWhat } from "#wire";

/** What decides whether a link is about a device. */
export type Reached = Pick<DeviceStatus, "device" | "groups">;

/** The devices that a link names, where it does; undefined: groups or a place decide. */
export const namedDevices = (what: ShareWhat): readonly DeviceId[] | undefined => {
  if ("devices" in what) return what.devices;
  return "trip" in what ? [what.trip.device] : undefined;
};

/**
 * Is a link about a device, wherever that is? Both by what is shared and by what its maker may see: `groups`, all of the
 * workspace when absent. Membership is that of now.
 */
export const reachOf = (
  what: ShareWhat,
  groups: readonly string[] | undefined,
): ((of: Reached) => boolean) => {
  const named = namedDevices(what);
  const names = named && new Set(named);
  return ({ device, groups: its = [] }) =>
    (names === undefined || names.has(device)) &&
    (groups === undefined || isInSomeGroup(its, groups)) &&
    (!("groups" in what) || isInSomeGroup(its, what.groups));
};

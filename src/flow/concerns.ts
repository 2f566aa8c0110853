import { inScope, isActive } from "#rule";
import type { Fence } from "#wire";
import type { Device } from "./device.ts";
import type { Finding } from "./finding.ts";
import type { Workspace } from "./fleet.ts";

/** Is the fence for some devices only, or at some hours? */
export const isLimited = ({ devices, groups, schedule }: Fence): boolean =>
  devices !== undefined || groups !== undefined || schedule !== undefined;

/** Is the fence for this device? */
export function isFor(fence: Fence, { id, groups }: Pick<Device, "id" | "groups">): boolean {
  return inScope(fence, id, groups);
}

/**
 * Is what was found worth an event: is the fence that it is about for this device, and are these its hours?
 * Membership itself knows no hours: who came in before they began is inside.
 */
export function concerns(
  { fences, limited }: Pick<Workspace, "fences" | "limited">,
  who: Pick<Device, "id" | "groups">,
  { fence: id, time }: Finding,
): boolean {
  if (limited === 0 || id === undefined) return true;
  const fence = fences.get(id);
  if (fence === undefined || !isLimited(fence)) return true;
  return isFor(fence, who) && (fence.schedule === undefined || isActive(fence.schedule, time));
}

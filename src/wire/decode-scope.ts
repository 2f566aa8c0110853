import type { ErrorCode } from "./catalogue.ts";
import { readIds, type Bag } from "./fields.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import type { DeviceScope } from "./watch.ts";

/**
 * Reads `devices` and `groups` out of an object; `prefix` stands before their names in a refusal. Other properties
 * are not looked at. Never throws.
 */
export const decodeScope = (bag: Bag, prefix: string, code: ErrorCode): DeviceScope | Refusal => {
  const devices = readIds(bag["devices"], `${prefix}devices`, code);
  if (devices !== undefined && isRefusal(devices)) return devices;
  const groups = readIds(bag["groups"], `${prefix}groups`, code);
  if (groups !== undefined && isRefusal(groups)) return groups;
  return { ...(devices !== undefined && { devices }), ...(groups !== undefined && { groups }) };
};

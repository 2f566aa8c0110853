import type { Clock, Devices, Fences, History, Latest, OpenShare } from "#ports";
import { namedDevices } from "#share";
import type { DeviceId, DeviceLabel } from "#wire";
import type { LiveLogger } from "./logger.ts";
import { Message } from "./message.ts";

/** What the streams of share links read. */
export interface SharingPorts {
  readonly latest: Latest;
  readonly history: History;
  readonly fences: Fences;
  readonly devices: Pick<Devices, "get" | "labels">;
  readonly clock: Clock;
  readonly logger: LiveLogger | undefined;
}

/** A device as a link names it. */
export interface SharedName {
  /** What it is called in the stream. */
  readonly device: string;
  readonly name: string;
  readonly icon?: string;
}

/** The names of the devices that a link may come to show. */
export async function readLabels(
  { share: { workspace, what } }: OpenShare,
  { devices }: Pick<SharingPorts, "devices">,
): Promise<Map<DeviceId, DeviceLabel>> {
  const named = namedDevices(what);
  if (named === undefined) return new Map(await devices.labels(workspace));
  const found = await Promise.all(named.map((id) => devices.get(workspace, id)));
  return new Map(
    found.flatMap((device) => (device === undefined ? [] : [[device.status.device, device] as const])),
  );
}

/** A device without a name is not called by its id, which may be the number of a phone. */
export const sharedName = (alias: string, { name, icon }: DeviceLabel = {}): SharedName => ({
  device: alias,
  name: name || `Device ${alias.slice(0, 4)}`,
  ...(icon && { icon }),
});

/** `names` `{"names":[{"device","name","icon"?}]}`. */
export const namesMessage = (names: readonly SharedName[]): Message =>
  new Message("names", undefined, JSON.stringify({ names }));

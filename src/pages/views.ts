import type { Degrees, EpochMs } from "#geo";
import type { Device, DeviceId, Event, FenceGeometry, FenceId } from "#wire";

/** A row of the list of devices. Everything but the id may be unknown. */
export interface DeviceRow {
  readonly id: DeviceId;
  readonly name?: string | undefined;
  readonly icon?: string | undefined;
  readonly time?: EpochMs | undefined;
  readonly speed?: number | undefined;
  readonly course?: Degrees | undefined;
}

/** An event with the words a reader needs: names as they are now, the id where there is no name any more. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly device: DeviceId;
  readonly deviceName: string;
  readonly fenceName: string;
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly reason?: string | undefined;
}

/** A row of the list of fences. */
export interface FenceRow {
  readonly id: FenceId;
  readonly name: string;
  readonly shape: FenceGeometry["type"];
}

/** Everything the panel of one device shows. */
export interface DeviceView {
  readonly device: Device;
  readonly events: readonly EventRow[];
  /** Names of the fences it is in now. */
  readonly inside: readonly string[];
  /** May the reader rename and delete? */
  readonly editable: boolean;
}

/** Joins an event with names. */
export function eventRow(
  event: Pick<Event, "id" | "type" | "device" | "fence" | "time" | "lon" | "lat" | "reason">,
  deviceName: string | undefined,
  fenceName: string | undefined,
): EventRow {
  const { id, type, device, fence, time, lon, lat, reason } = event;
  return {
    id,
    type,
    device,
    deviceName: deviceName || device,
    fenceName: fenceName || (fence ?? ""),
    time,
    lon,
    lat,
    reason,
  };
}

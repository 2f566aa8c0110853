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
  /** Empty for what happens anywhere. */
  readonly fenceName: string;
  /** The second device of a pair. */
  readonly otherName?: string | undefined;
  /** The watch that asked for it. */
  readonly watchName?: string | undefined;
  /** How long a device has to be in the fence for a dwell. */
  readonly dwellSeconds?: number | undefined;
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly reason?: string | undefined;
  /** A late position has disproved it. */
  readonly withdrawn?: boolean | undefined;
  /** Type of the event that this one withdraws or revises, where it is known. */
  readonly about?: string | undefined;
}

/** What people call the things of an event; absent where they have no name. */
export interface EventNames {
  readonly device?: string | undefined;
  readonly fence?: string | undefined;
  readonly other?: string | undefined;
  readonly watch?: string | undefined;
  readonly dwellSeconds?: number | undefined;
  readonly about?: string | undefined;
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
  event: Pick<
    Event,
    "id" | "type" | "device" | "fence" | "other" | "watch" | "time" | "lon" | "lat" | "reason"
  > & { readonly withdrawnAt?: unknown },
  names: EventNames,
): EventRow {
  const { id, type, device, fence, other, watch, time, lon, lat, reason, withdrawnAt } = event;
  return {
    id,
    type,
    device,
    deviceName: names.device || device,
    fenceName: names.fence || (fence ?? ""),
    otherName: names.other || other,
    watchName: watch === undefined ? undefined : names.watch,
    dwellSeconds: names.dwellSeconds,
    time,
    lon,
    lat,
    reason,
    withdrawn: withdrawnAt !== undefined,
    about: names.about,
  };
}

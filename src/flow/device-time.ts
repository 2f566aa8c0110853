import type { EpochMs, Milliseconds } from "#geo";
import type { Device } from "./device.ts";

/** A device whose newest fix arrived no later than this is live: its time is that of the server. */
const LIVE: Milliseconds = 60_000;

/** How far behind the server's time a device is that sends what it recorded earlier; 0 for one that is live. */
function lagOf({ seenAt, track }: Device): Milliseconds {
  const lag = seenAt === undefined || track === undefined ? 0 : seenAt - track.newest;
  return lag <= LIVE ? 0 : lag;
}

/** The device's time when the server's is `at`: the past that is sent now has timers of its own. */
export function deviceTime(device: Device, at: EpochMs): EpochMs {
  return at - lagOf(device);
}

/** The server's time at which the device's comes to `due`. */
export function serverTime(device: Device, due: EpochMs): EpochMs {
  return due + lagOf(device);
}

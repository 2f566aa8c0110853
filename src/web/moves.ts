import type { EpochMs } from "#geo";
import type { Crowd, DeviceId } from "#wire";

/**
 * What moved since the last time, in arrays that are handed from the worker to the page without a copy. A device is a
 * number from when it is named until it is gone; then the number may be another's. To be read in this order: `gone`,
 * `named`, positions.
 */
export interface Moves {
  /** Numbers of devices that left the box that is watched, or were deleted. */
  readonly gone: Uint32Array<ArrayBuffer>;
  /** Ids of devices that are new, and the number of each. */
  readonly named: readonly DeviceId[];
  readonly numbers: Uint32Array<ArrayBuffer>;
  /** The positions, each device at most once: its number, and what is at the same index of the arrays below. */
  readonly device: Uint32Array<ArrayBuffer>;
  /** Epoch ms. */
  readonly time: Float64Array<ArrayBuffer>;
  /** Degrees. */
  readonly lon: Float64Array<ArrayBuffer>;
  readonly lat: Float64Array<ArrayBuffer>;
  /** Metres per second, and degrees clockwise from north; NaN where it is not known. */
  readonly speed: Float32Array<ArrayBuffer>;
  readonly course: Float32Array<ArrayBuffer>;
}

/** A position before it is put into arrays. */
export interface LivePosition {
  readonly device: DeviceId;
  readonly time: EpochMs;
  readonly lon: number;
  readonly lat: number;
  readonly speed?: number | undefined;
  readonly course?: number | undefined;
}

/** A frame of positions, whatever it was encoded in. */
export interface LiveFrame {
  readonly positions: readonly LivePosition[];
  readonly gone: readonly DeviceId[];
  /** First frame of a snapshot: what it does not hold is gone. */
  readonly snapshot: boolean;
  /** More frames of the same snapshot follow. */
  readonly more: boolean;
}

/** What the line to the server is like now. `offline`: the browser itself has no network. `ended`: nobody is let in any more. */
export type LineState = "connecting" | "live" | "reconnecting" | "offline" | "ended";

/** Messages that are told one by one, in the order in which they came. */
export type SaidName = "event" | "fence" | "device" | "reset";

/** Everything that a line has to tell its page at one time. Absent is what has not changed. */
export interface Delivery {
  readonly state?: LineState;
  readonly moves?: Moves;
  readonly crowds?: readonly Crowd[];
  /** Names of devices, on a line of a share link. */
  readonly names?: readonly SharedName[];
  readonly said?: readonly (readonly [name: SaidName, body: unknown])[];
  /** The line ends by itself: the server lets nobody in any more, or plain WebSockets do not come through. */
  readonly over?: "ended" | "blocked";
}

/** What a device of a share link is called. */
export interface SharedName {
  readonly device: DeviceId;
  readonly name: string;
}

/** What can be handed over without a copy. */
export function buffersOf({ moves }: Delivery): ArrayBuffer[] {
  if (!moves) return [];
  const { gone, numbers, device, time, lon, lat, speed, course } = moves;
  return [gone, numbers, device, time, lon, lat, speed, course].map(({ buffer }) => buffer);
}

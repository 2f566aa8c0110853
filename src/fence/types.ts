import type { Degrees, EpochMs } from "#geo";
import type { Fence, FenceId } from "#wire";

/** What a path can do to a fence. */
export type CrossingType = "enter" | "exit" | "cross";

/** A device as the engine knows it: a small integer, given anew after its release. */
export type DeviceHandle = number;

/** What of a device must survive a restart; plain JSON. Without `time`, `lon` and `lat` before the first fix. */
export interface FenceState {
  readonly time?: EpochMs;
  readonly lon?: Degrees;
  readonly lat?: Degrees;
  /** Fences that the device is in, in no order. */
  readonly inside: readonly FenceId[];
}

/** What the path between two fixes did to one fence. Time and place are interpolated on the path. */
export interface Crossing {
  readonly type: CrossingType;
  readonly fence: FenceId;
  readonly fenceVersion: number;
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  /** The device's first fix lay inside. */
  readonly reason?: "first";
}

/** A device that an edit of a fence, not a movement, brought in or out. */
export interface MembershipChange {
  readonly handle: DeviceHandle;
  readonly type: "enter" | "exit";
  readonly fence: FenceId;
  readonly fenceVersion: number;
}

/** Settings of an engine. */
export interface FenceEngineOptions {
  /** A path over a longer gap gives no `cross`; milliseconds, 5 minutes unless set. */
  readonly crossGap?: number;
}

/** Fences and devices of one workspace. No clock, no I/O; the same calls give the same answers. */
export interface FenceEngine {
  /**
   * Creates the fence, or replaces the one with its id. It must have passed `checkGeometry`. Answers the known
   * devices whose last place changed sides by it, by handle.
   */
  put(fence: Fence): readonly MembershipChange[];
  /** Answers an exit, with the last version, for each device inside. An unknown id changes nothing. */
  remove(id: FenceId): readonly MembershipChange[];
  /** Takes a device in, with what `state` said earlier; fences that do not exist any more are left out of it. */
  admit(state?: FenceState): DeviceHandle;
  /** Forgets the device. The handle must not be used any more. */
  release(handle: DeviceHandle): void;
  /**
   * Judges the path from the device's last fix to this one, which must not be older. Answers the number of
   * crossings; `crossing` reads them until the next call. Allocates nothing when there is none.
   */
  update(handle: DeviceHandle, time: EpochMs, lon: Degrees, lat: Degrees): number;
  /** One crossing of the last `update`: by time, then by fence id. */
  crossing(index: number): Crossing;
  state(handle: DeviceHandle): FenceState;
  /** Whether a boundary passes through the index cell of a place: for benches and curious operators. */
  onBoundaryCell(lon: Degrees, lat: Degrees): boolean;
  /** Number of fences. */
  readonly fences: number;
  /** Bytes held in typed arrays, and an estimate for the ids. */
  readonly bytes: { readonly devices: number; readonly fences: number };
}

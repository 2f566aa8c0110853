import type { Degrees, EpochMs, Meters, MetersPerSecond } from "#geo";
import type { Fence, FenceId } from "#wire";

/** What a path can do to a fence. */
export type CrossingType = "enter" | "exit" | "cross";

/** A device as the engine knows it: a small integer, given anew after its release. */
export type DeviceHandle = number;

/** A place where the engine judged a device. */
export interface JudgedPlace {
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  /** Of the fix there; absent when unknown. */
  readonly accuracy?: Meters;
  /** Present when the fix was vetoed: its step from the place before contradicted the speed that it reported. */
  readonly veto?: Veto;
}

/** Two speeds that contradict each other. */
export interface Veto {
  readonly impliedSpeed: MetersPerSecond;
  readonly reportedSpeed: MetersPerSecond;
}

/** A change that began and is not confirmed yet. */
export interface PendingState {
  readonly fence: FenceId;
  readonly type: "enter" | "exit";
  /** Time and place of the raw crossing, and the time of the fix whose path made it. */
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly fix: EpochMs;
  /** It began with the device's first fix. */
  readonly first?: true;
  /** Decided fixes in a row, and the time of the first of them if there is one. */
  readonly run: number;
  readonly runStart?: EpochMs;
  /** Present while the undecided fix that made the crossing counts as well: metres of the newest displacement. */
  readonly lead?: { readonly east: Meters; readonly north: Meters };
}

/** What the engine remembers of a device besides its last fix and the fences it is in; empty for nearly all. */
export interface FenceCarry {
  readonly veto?: Veto;
  /** Present when the last fix was an outlier: the last place before that was none, null if there was none. */
  readonly good?: JudgedPlace | null;
  readonly pending?: readonly PendingState[];
}

/** What of a device must survive a restart; plain JSON. Without `time`, `lon` and `lat` before the first fix. */
export interface FenceState extends FenceCarry {
  readonly time?: EpochMs;
  readonly lon?: Degrees;
  readonly lat?: Degrees;
  /** Of the last fix; absent when unknown. */
  readonly accuracy?: Meters;
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
  /** Time of the fix whose path made the crossing; that which confirmed it may have come later. */
  readonly fix: EpochMs;
  /** The device's first fix lay inside. */
  readonly reason?: "first";
}

/** What a device's last fix says about one fence. */
export interface FenceVerdict {
  readonly fence: FenceId;
  readonly fenceVersion: number;
  /** Settled membership, which events follow. */
  readonly inside: boolean;
  /** What the geometry says of the place. */
  readonly rawInside: boolean;
  /** Metres to the boundary, negative inside, to the centimetre; at most 1,000 either way: farther is not measured. */
  readonly distance: Meters;
  /** What counts of the fix's accuracy: 0 where the fence does not use it. */
  readonly accuracy: Meters;
  readonly exitMargin: Meters;
  /**
   * `inside` and `outside`: decidedly so. `vetoed`: the fix contradicts the speed that it reports. `skipped`: an
   * outlier, which fences with layers do not judge; place, distance and accuracy are those of the last good fix.
   */
  readonly verdict: "inside" | "outside" | "undecided" | "vetoed" | "skipped";
  /** The two speeds of a veto. */
  readonly impliedSpeed?: MetersPerSecond;
  readonly reportedSpeed?: MetersPerSecond;
  readonly pending?: {
    readonly type: "enter" | "exit";
    readonly time: EpochMs;
    readonly fix: EpochMs;
    /** Decided fixes in a row, without the one that `steady` adds, and how many are needed; 0 to go by time alone. */
    readonly count: number;
    readonly needFixes: number;
    /** How long the run has lasted, and has to; 0 to go by number alone. */
    readonly seconds: number;
    readonly needSeconds: number;
    /** The undecided fix that made the crossing counts too, because the device has gone on steadily since. */
    readonly steady: boolean;
  };
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
  /** Devices for which the last `put` or `remove` dropped a pending change, by handle: their state is another. */
  readonly dropped: readonly DeviceHandle[];
  /** Takes a device in, with what `state` said earlier; fences that do not exist any more are left out of it. */
  admit(state?: FenceState): DeviceHandle;
  /** Forgets the device. The handle must not be used any more. */
  release(handle: DeviceHandle): void;
  /**
   * Judges the path from the device's last fix to this one, which must not be older. `accuracy` in metres is 0 or
   * NaN when unknown, `speed` in m/s is what the device reported itself, NaN when it did not. An `outlier` is judged
   * by fences without layers alone. Answers the number of crossings; `crossing` reads them until the next call.
   * Allocates nothing when there is none.
   */
  update(
    handle: DeviceHandle,
    time: EpochMs,
    lon: Degrees,
    lat: Degrees,
    accuracy?: Meters,
    speed?: MetersPerSecond,
    outlier?: boolean,
  ): number;
  /** One crossing of the last `update`: by time, then by fence id. */
  crossing(index: number): Crossing;
  state(handle: DeviceHandle): FenceState;
  /** The part of the state that a stored fix and the fences it is in do not say; undefined for nearly all. */
  carry(handle: DeviceHandle): FenceCarry | undefined;
  /**
   * What the device's last fix says about every fence that it is in, that is pending for it, or that lies within
   * 1 km; by fence id. Not for every update: it looks at all of them anew.
   */
  explain(handle: DeviceHandle): readonly FenceVerdict[];
  /** Whether a boundary passes through the index cell of a place: for benches and curious operators. */
  onBoundaryCell(lon: Degrees, lat: Degrees): boolean;
  /** Number of fences. */
  readonly fences: number;
  /** Bytes held in typed arrays, and an estimate for the ids. */
  readonly bytes: { readonly devices: number; readonly fences: number };
}

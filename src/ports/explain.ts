import type { EpochMs, Meters, MetersPerSecond } from "#geo";
import type { DeviceId, EventId, EventType, FenceId, Fix, WorkspaceId } from "#wire";

/** A change of sides that has begun and is not confirmed. */
export interface PendingChange {
  readonly type: "enter" | "exit";
  /** Interpolated time of the crossing, and time of the first fix that shows it. */
  readonly time: EpochMs;
  readonly fix: EpochMs;
  /** Decided fixes in a row, and how many are needed; 0 to go by time alone. */
  readonly count: number;
  readonly needFixes: number;
  /** How long they have lasted, and have to; 0 to go by number alone. */
  readonly seconds: number;
  readonly needSeconds: number;
  /** The undecided fix that made the crossing counts too, because the device has gone on steadily since. */
  readonly steady: boolean;
}

/** What one fence makes of a position, layer by layer. */
export interface FenceExplanation {
  readonly fence: FenceId;
  readonly fenceVersion: number;
  readonly name: string;
  /** Settled membership, which events follow. */
  readonly inside: boolean;
  /** What the geometry alone says. */
  readonly rawInside: boolean;
  /** Metres to the boundary, negative inside. */
  readonly distance: Meters;
  /** What counts of the fix's accuracy: 0 where the fence does not use it. */
  readonly accuracy: Meters;
  readonly exitMargin: Meters;
  /**
   * `inside`, `outside`: decidedly so. `undecided`: too near to the boundary. `vetoed`: the fix contradicts the speed
   * that it reports. `skipped`: an outlier, which fences with layers do not judge.
   */
  readonly verdict: "inside" | "outside" | "undecided" | "vetoed" | "skipped";
  readonly pending?: PendingChange;
  /** The event that this fix has given. */
  readonly event?: { readonly type: EventType; readonly id: EventId };
}

/** What each layer makes of one position. */
export interface PositionExplanation {
  readonly fix: Fix;
  readonly track: {
    /** `live` moves the marker; `outlier` and `late` are stored only. */
    readonly verdict: "live" | "outlier" | "late" | "duplicate";
    /** Speed that it needs from the fix before; absent for the first one. */
    readonly impliedSpeed?: MetersPerSecond;
    /** Faster than this is an outlier. */
    readonly maxSpeed: MetersPerSecond;
  };
  /** Fences that the position concerns, ascending by id. */
  readonly fences: readonly FenceExplanation[];
}

/** Says why a position did, or did not, give events. */
export interface Explain {
  /** `time` is that of the fix; undefined when the device has none of that time, or it is too old to be judged. */
  position(workspace: WorkspaceId, device: DeviceId, time: EpochMs): Promise<PositionExplanation | undefined>;
}

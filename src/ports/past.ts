import type { EpochMs } from "#geo";
import type { DeviceId, Event, Fix, WorkspaceId } from "#wire";

/** What the flow knew of a device when its newest fix was the one at `time`: from here it can judge again. */
export interface Base {
  /** Device time; everything newer follows from the base and the fixes behind it. */
  readonly time: EpochMs;
  /** Opaque to everybody but `flow`; plain JSON. */
  readonly state: unknown;
}

/**
 * A base of a device. `reset`: nothing older may be judged again. Otherwise the one before is kept as `earlier`; where
 * that is of the same time, a late fix has changed what was known then, and it is replaced.
 */
export interface BaseOf {
  readonly workspace: WorkspaceId;
  readonly device: DeviceId;
  readonly base: Base;
  readonly reset: boolean;
}

/** The last stretch of a device's past, as far as it may be judged again. */
export interface Stretch {
  /** Absent: the stretch begins before the first fix. */
  readonly earlier?: Base;
  readonly later?: Base;
  /** Fixes behind the base that was asked for, or more, ascending by time, each time once. */
  readonly fixes: readonly Fix[];
  /** Events that were raised behind it, or more, in the order of the feed. */
  readonly events: readonly Event[];
}

/** Reads what was committed of a device, to judge it again when a late fix comes. */
export interface Past {
  /** The stretch behind the newest base that is older than `before`. */
  stretch(workspace: WorkspaceId, device: DeviceId, before: EpochMs): Promise<Stretch>;
}

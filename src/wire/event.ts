import type { Degrees, EpochMs } from "#geo";
import type { DeviceId, EventId, FenceId, WatchId, WorkspaceId } from "./ids.ts";

/** Every kind of event, in the order in which docs and forms list them. */
export const EVENT_TYPES = [
  "enter",
  "exit",
  "cross",
  "dwell",
  "absent",
  "silent",
  "overspeed",
  "stopped",
  "moving",
  "proximity",
  "apart",
  "withdrawn",
  "revised",
] as const;

/**
 * What happened. `withdrawn` and `revised` are about an earlier event: a late fix has disproved it, or has moved its
 * interpolated time and place.
 */
export type EventType = (typeof EVENT_TYPES)[number];

/** Why it happened, where the path alone does not say: first fix of the device, or the fence changed. */
export type EventReason = "first" | "fence";

/** A fact about one device. Times are device time, except `detectedAt` and `withdrawnAt`. */
export interface Event {
  readonly id: EventId;
  readonly workspace: WorkspaceId;
  readonly type: EventType;
  readonly device: DeviceId;
  /** The fence that it is about, with the version that judged it; absent for what happens anywhere. */
  readonly fence?: FenceId;
  readonly fenceVersion?: number;
  /** The watch that asked for it, where one did. */
  readonly watch?: WatchId;
  /** The second device, of `proximity` and `apart`. */
  readonly other?: DeviceId;
  /** Interpolated on the segment between two fixes, or the deadline of a timer. */
  readonly time: EpochMs;
  /** Time of the first fix that shows it; of a timer, the fix that started it. */
  readonly fix: EpochMs;
  /** When the server had logged that fix, or the timer had fired. */
  readonly detectedAt: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly reason?: EventReason;
  /** Found when the past was judged again, because of a late fix or on demand. */
  readonly late?: true;
  /** Came from an imported file: stored, never alerted. */
  readonly imported?: true;
  /** Device time of the newest fix when it was raised; within the server only. Absent when that is `fix`. */
  readonly shown?: EpochMs;
  /** How often the fact was withdrawn and became true again; absent for 0. See `EventIdentity`. */
  readonly generation?: number;
  /** Server time at which a late fix disproved it. */
  readonly withdrawnAt?: EpochMs;
  /** Of `withdrawn`: the event that is no longer true. */
  readonly withdraws?: EventId;
  /** Of `revised`: the event whose time and place are now these. */
  readonly revises?: EventId;
}

/** An event with its place in the order of commits, from 1, without gaps in what a reader sees. */
export interface SequencedEvent {
  readonly seq: number;
  readonly event: Event;
}

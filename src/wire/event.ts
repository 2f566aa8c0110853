import type { Degrees, EpochMs } from "#geo";
import type { DeviceId, EventId, FenceId, WorkspaceId } from "./ids.ts";

/** What happened. */
export type EventType = "enter" | "exit" | "cross";

/** Why it happened, where the path alone does not say: first fix of the device, or the fence changed. */
export type EventReason = "first" | "fence";

/** A fact about one device and one fence. Times are device time, except `detectedAt`. */
export interface Event {
  readonly id: EventId;
  readonly workspace: WorkspaceId;
  readonly type: EventType;
  readonly device: DeviceId;
  readonly fence: FenceId;
  readonly fenceVersion: number;
  /** Interpolated on the segment between two fixes. */
  readonly time: EpochMs;
  /** Time of the first fix that shows it. */
  readonly fix: EpochMs;
  /** When the server had logged that fix. */
  readonly detectedAt: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly reason?: EventReason;
  /** Came from an imported file: stored, never alerted. */
  readonly imported?: true;
}

/** An event with its place in the order of commits, from 1, without gaps in what a reader sees. */
export interface SequencedEvent {
  readonly seq: number;
  readonly event: Event;
}

import type { EpochMs } from "#geo";
import type { Event } from "./event.ts";
import type { AlertId, RuleId, TargetId, WorkspaceId } from "./ids.ts";

/** One event for one target, once, however many rules match. */
export interface Alert {
  /** Derived from event and target: the same alert has the same id in every process. */
  readonly id: AlertId;
  readonly workspace: WorkspaceId;
  readonly target: TargetId;
  /** The event as it was when the alert was raised. */
  readonly event: Event;
  /** Rules that matched, in the order of their ids. */
  readonly rules: readonly RuleId[];
  /** What the first of them with a template says. */
  readonly text?: string;
  /** Server time at which it was raised. */
  readonly at: EpochMs;
}

/** A withdrawal that goes to every target that has an alert of the event it withdraws. */
export interface FollowUp {
  /** The `withdrawn` event. */
  readonly event: Event;
  readonly at: EpochMs;
}

import type { EpochMs } from "#geo";
import type { EventType } from "./event.ts";
import type { FenceId, RuleId, TargetId, WatchId, WorkspaceId } from "./ids.ts";
import type { Schedule } from "./schedule.ts";
import type { DeviceScope } from "./watch.ts";

/** Who is told of which events. Every field narrows; what is absent does not. */
export interface Rule extends DeviceScope {
  readonly id: RuleId;
  readonly workspace: WorkspaceId;
  /** 1 when created, one more with every edit. */
  readonly version: number;
  readonly name: string;
  readonly enabled: boolean;
  /** At least one; never `withdrawn` or `revised`, which follow by themselves. */
  readonly events: readonly EventType[];
  readonly fences?: readonly FenceId[];
  readonly watches?: readonly WatchId[];
  /** The time of the event must lie in it. */
  readonly schedule?: Schedule;
  /** A CEL expression over `event`, `device`, `fence` and `position` that must be true. */
  readonly condition?: string;
  readonly targets: readonly TargetId[];
  /** After an alert about a device and a fence, so much device time without another one of this rule. */
  readonly cooldownSeconds?: number;
  /** What the alert says; `{{…}}` stands for a field. */
  readonly text?: string;
  /** Also for events that an edit of a fence caused (`reason: "fence"`). */
  readonly edits?: boolean;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

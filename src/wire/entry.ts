import type { EpochMs } from "#geo";
import type { Fence } from "./fence.ts";
import type { Event } from "./event.ts";
import type { DeviceId, FenceId, RuleId, WatchId, WorkspaceId } from "./ids.ts";
import type { Position } from "./position.ts";
import type { Rule } from "./rule.ts";
import type { Watch } from "./watch.ts";

/** `import`: history of old; stored and judged, but nobody is alerted. */
export type PositionsMode = "live" | "import";

/** What people define besides fences, by its kind. */
export interface Defined {
  readonly rule: Rule;
  readonly watch: Watch;
}

/** A rule or a watch. */
export type Definition = {
  [Of in keyof Defined]: { readonly of: Of; readonly value: Defined[Of] };
}[keyof Defined];

/** One entry of the log. Whatever can change an event goes through it, so replaying a log gives the same events. */
export type LogEntry =
  | {
      readonly kind: "positions";
      readonly workspace: WorkspaceId;
      /** Server time of receipt. */
      readonly at: EpochMs;
      readonly mode: PositionsMode;
      readonly positions: readonly Position[];
    }
  | { readonly kind: "fence-put"; readonly at: EpochMs; readonly fence: Fence }
  | {
      readonly kind: "fence-delete";
      readonly workspace: WorkspaceId;
      readonly at: EpochMs;
      readonly fence: FenceId;
    }
  | {
      readonly kind: "device-delete";
      readonly workspace: WorkspaceId;
      readonly at: EpochMs;
      readonly device: DeviceId;
    }
  | {
      readonly kind: "device-groups";
      readonly workspace: WorkspaceId;
      readonly at: EpochMs;
      readonly device: DeviceId;
      /** Ascending, each once. */
      readonly groups: readonly string[];
    }
  | { readonly kind: "define"; readonly at: EpochMs; readonly definition: Definition }
  | {
      readonly kind: "undefine";
      readonly workspace: WorkspaceId;
      readonly at: EpochMs;
      readonly of: Definition["of"];
      readonly id: RuleId | WatchId;
    }
  /** Server time has come to `at`: timers that are due fire. */
  | { readonly kind: "tick"; readonly at: EpochMs }
  /** What judging a stretch of the past again with a fence of today gave. */
  | {
      readonly kind: "amend";
      readonly workspace: WorkspaceId;
      readonly at: EpochMs;
      readonly device: DeviceId;
      /** Those that are true now and were not known, and `withdrawn` ones for those that are not. */
      readonly events: readonly Event[];
    };

import type { EpochMs } from "#geo";
import type { Fence } from "./fence.ts";
import type { DeviceId, FenceId, WorkspaceId } from "./ids.ts";
import type { Position } from "./position.ts";

/** `import`: history of old; stored and judged, but nobody is alerted. */
export type PositionsMode = "live" | "import";

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
    };

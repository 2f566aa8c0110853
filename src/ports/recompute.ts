import type { EpochMs } from "#geo";
import type { FenceId, WorkspaceId } from "#wire";

/** How far judging the past again with a fence of today has come. */
export interface RecomputeJob {
  readonly fence: FenceId;
  readonly fenceVersion: number;
  readonly from: EpochMs;
  readonly startedAt: EpochMs;
  readonly state: "running" | "done" | "failed" | "stopped";
  /** Devices in all, and those that are done. */
  readonly devices: number;
  readonly done: number;
  /** Fixes judged, events raised and events withdrawn so far. */
  readonly fixes: number;
  readonly raised: number;
  readonly withdrawn: number;
  /** Why it failed. */
  readonly detail?: string;
}

/** Judges the past again, on demand. */
export interface Recompute {
  /**
   * Begins to judge everything since `from` with the fence as it is now; nobody is alerted of what is raised. Throws
   * `unknown_fence`, `conflict` while the fence's job is running, `overloaded` while many others are.
   */
  start(workspace: WorkspaceId, fence: FenceId, from: EpochMs): RecomputeJob;
  /** The newest job of the fence, as long as the process runs. */
  job(workspace: WorkspaceId, fence: FenceId): RecomputeJob | undefined;
  /** Stops the job after the device it is at; false when none is running. */
  stop(workspace: WorkspaceId, fence: FenceId): boolean;
}

import type { DeviceId, DeviceRecord, Event, Fence, FenceId, Fix, WorkspaceId } from "#wire";
import type { Offset } from "./log.ts";

/** A device named in full. */
export interface DeviceKey {
  readonly workspace: WorkspaceId;
  readonly device: DeviceId;
}

/** A fence named in full. */
export interface FenceKey {
  readonly workspace: WorkspaceId;
  readonly fence: FenceId;
}

/** Everything that follows from a run of log entries; stored in one transaction with the offset. */
export interface Commit {
  /** Last log entry whose results are included. */
  readonly offset: Offset;
  readonly fixes: readonly { readonly workspace: WorkspaceId; readonly fix: Fix }[];
  /** Changed devices, each once, in its newest state. */
  readonly devices: readonly DeviceRecord[];
  /** Removed with all their history. */
  readonly deletedDevices: readonly DeviceKey[];
  readonly events: readonly Event[];
  readonly fences: readonly Fence[];
  readonly deletedFences: readonly FenceKey[];
}

/** Where a process goes on after a restart. */
export interface Restored {
  readonly offset: Offset;
  /** Sequence number of the newest event ever committed; 0 before the first. */
  readonly seq: number;
  readonly fences: readonly Fence[];
  readonly devices: Iterable<DeviceRecord>;
}

/** The results of the flow: written in batches, read once at the start. */
export interface Results {
  /**
   * All or nothing. Answers the sequence number of each event, in their order; an event id that is stored
   * already keeps its number and is not stored again (`repeated`).
   */
  commit(commit: Commit): Promise<readonly { readonly seq: number; readonly repeated: boolean }[]>;
  restore(): Promise<Restored>;
  /** Offset up to which results would survive a power loss; the log may be truncated up to there. */
  durable(): Promise<Offset>;
}

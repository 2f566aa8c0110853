import type { EpochMs } from "#geo";
import type {
  Alert,
  Definition,
  DeviceId,
  DeviceRecord,
  Event,
  EventId,
  Fence,
  FenceId,
  Fix,
  FollowUp,
  RuleId,
  WorkspaceId,
} from "#wire";
import type { Offset } from "./log.ts";
import type { BaseOf } from "./past.ts";

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

/** A rule or a watch named in full. */
export interface DefinitionKey {
  readonly workspace: WorkspaceId;
  readonly of: Definition["of"];
  readonly id: string;
}

/** When a rule last raised an alert about a device and a fence (or none), by the time of the event. */
export interface Cooldown {
  readonly workspace: WorkspaceId;
  readonly rule: RuleId;
  readonly device: DeviceId;
  readonly fence?: FenceId;
  readonly time: EpochMs;
}

/** An event that a late fix leaves as it is, but for when it was shown; see `Event.shown`. */
export interface Reshown {
  readonly workspace: WorkspaceId;
  readonly device: DeviceId;
  readonly event: EventId;
  readonly shown: EpochMs;
}

/** Last log entry that edited what a workspace judges by; nothing behind it is judged again. */
export interface Edited {
  readonly workspace: WorkspaceId;
  readonly offset: Offset;
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
  /** One that withdraws or revises another changes that one too. */
  readonly events: readonly Event[];
  readonly fences: readonly Fence[];
  readonly deletedFences: readonly FenceKey[];
  readonly definitions: readonly Definition[];
  readonly deletedDefinitions: readonly DefinitionKey[];
  /** An alert that is stored already is not stored again, and its state stays. */
  readonly alerts: readonly Alert[];
  /** Come behind the alerts of the same commit. */
  readonly followUps: readonly FollowUp[];
  readonly cooldowns: readonly Cooldown[];
  readonly bases: readonly BaseOf[];
  /** Events that stand, but are shown by another fix than before. */
  readonly reshown: readonly Reshown[];
  /** Workspaces in which something was edited by an entry of the log, with the newest such entry. */
  readonly edited: readonly Edited[];
}

/** Where a process goes on after a restart. */
export interface Restored {
  readonly offset: Offset;
  /** Sequence number of the newest event ever committed; 0 before the first. */
  readonly seq: number;
  readonly fences: readonly Fence[];
  readonly definitions: readonly Definition[];
  readonly cooldowns: readonly Cooldown[];
  readonly edited: readonly Edited[];
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

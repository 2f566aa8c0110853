import type { EpochMs } from "#geo";
import type { WorkspaceId } from "#wire";
import type { PersonId } from "./members.ts";

/** A workspace: what it is called by programs, and by people. */
export interface WorkspaceRecord {
  readonly id: WorkspaceId;
  /** Empty where nobody has given it one. */
  readonly name: string;
  /** 0 for the first one. */
  readonly createdAt: EpochMs;
}

/** The workspaces of a server; those that are being deleted are not there. */
export interface Workspaces {
  /**
   * Makes one, and `owner` its owner. Throws `conflict` when there is one with this id, also one that is being deleted,
   * and when there are 1,000.
   */
  create(workspace: WorkspaceRecord, owner?: PersonId): Promise<void>;
  get(id: WorkspaceId): Promise<WorkspaceRecord | undefined>;
  /** Ascending by id. */
  list(): Promise<readonly WorkspaceRecord[]>;
  /** False when there is no such workspace. */
  rename(id: WorkspaceId, name: string): Promise<boolean>;
  /** Moves the session of a person into another workspace. False when the person is no member there. */
  enter(sessionHash: string, id: WorkspaceId): Promise<boolean>;
}

/** What is left to do in a workspace that is being deleted. */
export type SweepStep = "more" | "occupied" | "gone";

/** How a workspace is deleted; what was begun is known over a restart. */
export interface WorkspaceEnds {
  /**
   * Begins: from then on nobody is a member, no token, session, invitation or link of it holds, and nothing is added to
   * it. False when there is no such workspace; throws `conflict` for the first one.
   */
  close(id: WorkspaceId): Promise<boolean>;
  /** Those whose deletion has begun, ascending. */
  closing(): Promise<readonly WorkspaceId[]>;
  /**
   * Deletes some of what it holds, and people who are in no other, in one bounded transaction; to be called again while
   * there is `more`. `occupied`: all that is left are devices, fences, rules, watches and targets, which go through those
   * who have them in memory. Once it answers `gone`, the id is free.
   */
  sweep(id: WorkspaceId): Promise<SweepStep>;
}

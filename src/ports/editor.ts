import type { Definition, DeviceId, Fence, FenceId, Rule, Watch, WorkspaceId } from "#wire";

/** What the server decides of a thing that people define. */
type ServerOwned = "version" | "createdAt" | "updatedAt";
type DistributiveOmit<Shape, Keys extends PropertyKey> = Shape extends unknown ? Omit<Shape, Keys> : never;

/** A fence without what the server decides. */
export type FenceDraft = Omit<Fence, ServerOwned>;
/** A rule without what the server decides. */
export type RuleDraft = Omit<Rule, ServerOwned>;
/** A watch without what the server decides. */
export type WatchDraft = DistributiveOmit<Watch, ServerOwned>;

/** `"create"` throws `conflict` when the id exists, `"update"` `unknown_fence` or `not_found` when it does not. */
export type PutMode = "create" | "update";

/** Edits that can change events; each is an entry of the log and resolves once its results are committed. */
export interface Editor {
  /** Creates, or makes a new version. */
  putFence(draft: FenceDraft, mode: PutMode): Promise<Fence>;
  /** Throws `unknown_fence`. */
  deleteFence(workspace: WorkspaceId, fence: FenceId): Promise<void>;
  /** Creates, or makes a new version. */
  putRule(draft: RuleDraft, mode: PutMode): Promise<Rule>;
  /** Creates, or makes a new version. */
  putWatch(draft: WatchDraft, mode: PutMode): Promise<Watch>;
  /** Throws `not_found`. */
  undefine(workspace: WorkspaceId, of: Definition["of"], id: string): Promise<void>;
  /** Puts a device into these groups and out of all others; throws `unknown_device`. */
  setGroups(workspace: WorkspaceId, device: DeviceId, groups: readonly string[]): Promise<void>;
  /** Removes the device with its history; throws `unknown_device`. A later position registers it anew. */
  deleteDevice(workspace: WorkspaceId, device: DeviceId): Promise<void>;
}

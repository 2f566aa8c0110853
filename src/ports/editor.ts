import type { DeviceId, Fence, FenceId, WorkspaceId } from "#wire";

/** A fence without what the server decides. */
export type FenceDraft = Omit<Fence, "version" | "createdAt" | "updatedAt">;

/** Edits that can change events; each is an entry of the log and resolves once its results are committed. */
export interface Editor {
  /** Creates, or makes a new version; `mode: "create"` throws `conflict` when the id exists, `"update"` `unknown_fence` when not. */
  putFence(draft: FenceDraft, mode: "create" | "update"): Promise<Fence>;
  /** Throws `unknown_fence`. */
  deleteFence(workspace: WorkspaceId, fence: FenceId): Promise<void>;
  /** Removes the device with its history; throws `unknown_device`. A later position registers it anew. */
  deleteDevice(workspace: WorkspaceId, device: DeviceId): Promise<void>;
}

import type { Fence, FenceId, WorkspaceId } from "#wire";

/** Fences as they are stored now. Changes go through `Editor`, because they are entries of the log. */
export interface Fences {
  /** Ascending by id, those after `after`. */
  list(
    workspace: WorkspaceId,
    page: { readonly after?: FenceId; readonly limit: number },
  ): Promise<readonly Fence[]>;
  get(workspace: WorkspaceId, fence: FenceId): Promise<Fence | undefined>;
}

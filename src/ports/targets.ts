import type { EpochMs } from "#geo";
import type { Target, TargetId, WorkspaceId } from "#wire";

/** Who can be told. Secrets in it are as they must be used: what leaves the server goes through `encodeTarget`. */
export interface Targets {
  /** Answers the target as it is stored. Throws `conflict` when the id exists in the workspace. */
  create(target: Target): Promise<Target>;
  /** Ascending by id, those after `after`. */
  list(
    workspace: WorkspaceId,
    page: { readonly after?: TargetId; readonly limit: number },
  ): Promise<readonly Target[]>;
  get(workspace: WorkspaceId, target: TargetId): Promise<Target | undefined>;
  /** Answers the target as it is stored. Throws `unknown_target`. */
  update(target: Target): Promise<Target>;
  /** Throws `unknown_target`. Alerts that wait for it become dead letters, whose error is "target deleted". */
  delete(workspace: WorkspaceId, target: TargetId, at: EpochMs): Promise<void>;
  /** Which of these ids name no target, in the given order. */
  unknown(workspace: WorkspaceId, targets: readonly TargetId[]): Promise<readonly TargetId[]>;
}

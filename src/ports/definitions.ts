import type { Defined, WorkspaceId } from "#wire";

/** Rules and watches as they are stored now. Changes go through `Editor`, because they are entries of the log. */
export interface Definitions {
  /** Ascending by id, those after `after`. */
  list<Of extends keyof Defined>(
    of: Of,
    workspace: WorkspaceId,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly Defined[Of][]>;
  get<Of extends keyof Defined>(of: Of, workspace: WorkspaceId, id: string): Promise<Defined[Of] | undefined>;
}

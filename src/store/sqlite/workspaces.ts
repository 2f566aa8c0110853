import type { PersonId, SweepStep, WorkspaceEnds, WorkspaceRecord, Workspaces } from "#ports";
import type { WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** Workspaces in `store.sqlite`. */
export class SqliteWorkspaces implements Workspaces, WorkspaceEnds {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  create(workspace: WorkspaceRecord, owner?: PersonId): Promise<void> {
    return this.#store.call("createWorkspace", { workspace, ...(owner !== undefined && { owner }) });
  }

  async get(id: WorkspaceId): Promise<WorkspaceRecord | undefined> {
    const [workspace] = await this.#reader.call("workspaces", { id });
    return workspace;
  }

  list(): Promise<readonly WorkspaceRecord[]> {
    return this.#reader.call("workspaces", {});
  }

  rename(id: WorkspaceId, name: string): Promise<boolean> {
    return this.#store.call("renameWorkspace", { id, name });
  }

  enter(hash: string, id: WorkspaceId): Promise<boolean> {
    return this.#store.call("enterWorkspace", { hash, id });
  }

  close(id: WorkspaceId): Promise<boolean> {
    return this.#store.call("closeWorkspace", id);
  }

  closing(): Promise<readonly WorkspaceId[]> {
    return this.#reader.call("closingWorkspaces", null);
  }

  sweep(id: WorkspaceId): Promise<SweepStep> {
    return this.#store.call("sweepWorkspace", id);
  }
}

import type { EpochMs } from "#geo";
import type { Targets } from "#ports";
import { Problem, type Target, type TargetId, type WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

const unknown = (id: TargetId): Problem =>
  new Problem("unknown_target", `There is no target ${JSON.stringify(id)}`);

/** Targets in `store.sqlite`. Ids ascend by code point. */
export class SqliteTargets implements Targets {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  async create(target: Target): Promise<Target> {
    await this.#store.call("createTarget", target);
    return target;
  }

  async list(
    workspace: WorkspaceId,
    { after = "", limit }: { readonly after?: TargetId; readonly limit: number },
  ): Promise<readonly Target[]> {
    const bodies = await this.#reader.call("targets", { workspace, after, limit });
    return bodies.map((body) => JSON.parse(body) as Target);
  }

  async get(workspace: WorkspaceId, id: TargetId): Promise<Target | undefined> {
    const body = await this.#reader.call("target", { workspace, id });
    return body === undefined ? undefined : (JSON.parse(body) as Target);
  }

  async update(target: Target): Promise<Target> {
    if (!(await this.#store.call("updateTarget", target))) throw unknown(target.id);
    return target;
  }

  async delete(workspace: WorkspaceId, id: TargetId, at: EpochMs): Promise<void> {
    let step = await this.#store.call("deleteTarget", { workspace, id, at });
    if (!step.found) throw unknown(id);
    while (step.more) step = await this.#store.call("deleteTarget", { workspace, id, at });
  }

  unknown(workspace: WorkspaceId, ids: readonly TargetId[]): Promise<readonly TargetId[]> {
    return this.#reader.call("unknownTargets", { workspace, ids });
  }
}

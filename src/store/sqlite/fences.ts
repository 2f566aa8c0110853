import type { Fences } from "#ports";
import type { Fence, FenceId, WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";

/** Fences as the newest commit left them. Ids ascend by code point. */
export class SqliteFences implements Fences {
  readonly #reader: Remote<ReaderCalls>;

  constructor(reader: Remote<ReaderCalls>) {
    this.#reader = reader;
  }

  async list(
    workspace: WorkspaceId,
    { after = "", limit }: { readonly after?: FenceId; readonly limit: number },
  ): Promise<readonly Fence[]> {
    const bodies = await this.#reader.call("fences", { workspace, after, limit });
    return bodies.map((body) => JSON.parse(body) as Fence);
  }

  async get(workspace: WorkspaceId, fence: FenceId): Promise<Fence | undefined> {
    const body = await this.#reader.call("fence", { workspace, fence });
    return body === undefined ? undefined : (JSON.parse(body) as Fence);
  }
}

import type { Definitions } from "#ports";
import type { Defined, WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";

/** Rules and watches as the newest commit left them. Ids ascend by code point. */
export class SqliteDefinitions implements Definitions {
  readonly #reader: Remote<ReaderCalls>;

  constructor(reader: Remote<ReaderCalls>) {
    this.#reader = reader;
  }

  async list<Of extends keyof Defined>(
    of: Of,
    workspace: WorkspaceId,
    { after = "", limit }: { readonly after?: string; readonly limit: number },
  ): Promise<readonly Defined[Of][]> {
    const bodies = await this.#reader.call("definitions", { of, workspace, after, limit });
    return bodies.map((body) => JSON.parse(body) as Defined[Of]);
  }

  async get<Of extends keyof Defined>(
    of: Of,
    workspace: WorkspaceId,
    id: string,
  ): Promise<Defined[Of] | undefined> {
    const body = await this.#reader.call("definition", { of, workspace, id });
    return body === undefined ? undefined : (JSON.parse(body) as Defined[Of]);
  }
}

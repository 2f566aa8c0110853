import type { ShareId, ShareRecord, Shares, ShareViews } from "#ports";
import type { WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** Share links in `store.sqlite`. */
export class SqliteShares implements Shares {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  create(share: ShareRecord): Promise<void> {
    return this.#store.call("createShare", share);
  }

  list(workspace: WorkspaceId): Promise<readonly ShareRecord[]> {
    return this.#reader.call("shares", { workspace });
  }

  async get(workspace: WorkspaceId, id: ShareId): Promise<ShareRecord | undefined> {
    const [share] = await this.#reader.call("shares", { workspace, id });
    return share;
  }

  async byHash(hash: string): Promise<ShareRecord | undefined> {
    const [share] = await this.#reader.call("shares", { hash });
    return share;
  }

  update(share: ShareRecord): Promise<boolean> {
    return this.#store.call("updateShare", share);
  }

  addViews(views: readonly ShareViews[]): Promise<void> {
    return this.#store.call("addShareViews", views);
  }

  seed(workspace: WorkspaceId): Promise<string> {
    return this.#store.call("shareSeed", workspace);
  }
}

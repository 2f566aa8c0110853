import type { TokenRecord, Tokens } from "#ports";
import type { WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** Tokens in `store.sqlite`; `create` throws `conflict` for an id or hash that exists. */
export class SqliteTokens implements Tokens {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  create(token: TokenRecord): Promise<void> {
    return this.#store.call("createToken", token);
  }

  list(workspace: WorkspaceId): Promise<readonly TokenRecord[]> {
    return this.#reader.call("tokens", workspace);
  }

  byHash(hash: string): Promise<TokenRecord | undefined> {
    return this.#reader.call("token", hash);
  }

  revoke(workspace: WorkspaceId, id: string): Promise<boolean> {
    return this.#store.call("revokeToken", { workspace, id });
  }

  any(): Promise<boolean> {
    return this.#reader.call("anyToken", null);
  }
}

import type { Audit, AuditEntry, AuditRecord } from "#ports";
import type { WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** The audit log in `store.sqlite`. */
export class SqliteAudit implements Audit {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  write(entry: AuditEntry): Promise<void> {
    return this.#store.call("writeAudit", entry);
  }

  list(
    workspace: WorkspaceId,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<readonly AuditRecord[]> {
    return this.#reader.call("audit", { workspace, ...page });
  }
}

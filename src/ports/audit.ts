import type { EpochMs } from "#geo";
import type { WorkspaceId } from "#wire";

/** One change: who did what to what, and how it looked before and afterwards. */
export interface AuditEntry {
  readonly workspace: WorkspaceId;
  readonly at: EpochMs;
  /** Id of the person, the token or the command line. */
  readonly by: string;
  /** Name or address as it was then. */
  readonly byName?: string;
  /** Network address of the request. */
  readonly address?: string;
  /** Kind of thing and what was done to it: `fence.create`, `member.change`. */
  readonly action: string;
  /** Id of the thing. */
  readonly of: string;
  /** Plain JSON without secrets; absent for what was not there before, or is not there any more. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** An entry with its place. */
export interface AuditRecord extends AuditEntry {
  readonly seq: number;
}

/** What was changed, for ever in order; the newest 100,000 entries are kept. */
export interface Audit {
  write(entry: AuditEntry): Promise<void>;
  /** Descending by `seq`, those before `before`. */
  list(
    workspace: WorkspaceId,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<readonly AuditRecord[]>;
}

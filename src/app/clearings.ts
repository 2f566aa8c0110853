import type { Clearing } from "#http";
import type { Clock, WorkspaceEnds } from "#ports";
import { FIRST_WORKSPACE, Problem, type WorkspaceId } from "#wire";

/** What clearings work with. */
export interface ClearingParts {
  readonly workspaces: Pick<WorkspaceEnds, "close" | "closing">;
  readonly clock: Clock;
  readonly logger: {
    info(about: object, message: string): void;
    error(about: object, message: string): void;
  };
}

/** Deletes what a closed workspace holds; stops early when the signal is aborted. */
export type Clear = (id: WorkspaceId, signal: AbortSignal) => Promise<void>;

/**
 * Milliseconds for which the id of a deleted workspace is not given again: whoever was let in before may still be sending,
 * and no request takes so long.
 */
const QUARANTINE = 3_600_000;
/** Milliseconds until a deletion that failed is tried again. */
const AGAIN = 5_000;

/** Deletes workspaces one after the other, in the background and over restarts. */
export class Clearings implements Clearing {
  readonly #parts: ClearingParts;
  /** Those that are closed, by when their id is free again; Infinity while they are being deleted. */
  readonly #closed = new Map<WorkspaceId, number>();
  readonly #stop = new AbortController();
  readonly #cancels = new Set<() => void>();
  #clear: Clear | undefined;
  #forget: ((id: WorkspaceId) => void) | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: ClearingParts) {
    this.#parts = parts;
  }

  /** Is the workspace being deleted, or was it lately? To be asked for whatever comes in. */
  readonly isClosed = (id: WorkspaceId): boolean => this.#closed.has(id) && !this.#isFree(id);

  /** Learns what an earlier process began, before anything is let in. */
  async recall(): Promise<void> {
    for (const id of await this.#parts.workspaces.closing()) this.#closed.set(id, Infinity);
  }

  /** Begins with what was recalled. `forget` is told at once of every workspace that is closed. */
  start(clear: Clear, forget: (id: WorkspaceId) => void): void {
    this.#clear = clear;
    this.#forget = forget;
    for (const id of this.#closed.keys()) this.#queue(id);
  }

  async begin(id: WorkspaceId): Promise<void> {
    const { workspaces } = this.#parts;
    if (id === FIRST_WORKSPACE) throw new Problem("conflict", "the first workspace cannot be deleted");
    for (const one of this.#closed.keys()) this.#isFree(one);
    if (this.isClosed(id)) throw missing(id);
    // Nothing comes in from here on, so whatever is in the log already is before what empties the workspace.
    this.#closed.set(id, Infinity);
    try {
      if (!(await workspaces.close(id))) throw missing(id);
    } catch (error) {
      this.#closed.delete(id);
      throw error;
    }
    this.#forget?.(id);
    this.#queue(id);
  }

  mustBeFree(id: WorkspaceId): void {
    if (!this.isClosed(id)) return;
    const why = this.#closed.get(id) === Infinity ? "is being deleted" : "was deleted within the last hour";
    throw new Problem("conflict", `the workspace ${JSON.stringify(id)} ${why}`);
  }

  /** Ends what is under way after the step that it is at; the next start goes on. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const cancel of this.#cancels) cancel();
    await this.#last;
  }

  #isFree(id: WorkspaceId): boolean {
    const at = this.#closed.get(id) ?? 0;
    if (this.#parts.clock.now() < at) return false;
    this.#closed.delete(id);
    return true;
  }

  #queue(id: WorkspaceId): void {
    this.#last = this.#last.then(() => this.#work(id));
  }

  async #work(id: WorkspaceId): Promise<void> {
    const { clock, logger } = this.#parts;
    const { signal } = this.#stop;
    if (signal.aborted || this.#clear === undefined) return;
    try {
      await this.#clear(id, signal);
      if (signal.aborted) return;
      this.#forget?.(id);
      this.#closed.set(id, clock.now() + QUARANTINE);
      logger.info({ workspace: id }, "a workspace is deleted");
    } catch (err) {
      logger.error({ err, workspace: id }, "a workspace could not be deleted; it is tried again");
      const cancel = clock.after(AGAIN, () => {
        this.#cancels.delete(cancel);
        this.#queue(id);
      });
      this.#cancels.add(cancel);
    }
  }
}

const missing = (id: WorkspaceId): Problem =>
  new Problem("not_found", `there is no workspace ${JSON.stringify(id)}`);

import type { Submission } from "#ports";
import type { DeviceId, WorkspaceId } from "#wire";

/**
 * Keeps submissions that touch the same device in the order in which they came, while one of them waits for the
 * history: what came later would else reach the log first, and make the earlier fixes late. Empty most of the time.
 */
export class Turns {
  /** For each device that somebody waits with: settles when the last who came has gone on. */
  readonly #last: Map<WorkspaceId, Map<DeviceId, Promise<void>>> = new Map();

  /** What the submission has to wait for; undefined when nothing. */
  ahead({ workspace, positions }: Submission): ReadonlySet<Promise<void>> | undefined {
    const last = this.#last.get(workspace);
    if (last === undefined) return undefined;
    let ahead: Set<Promise<void>> | undefined;
    for (const { device } of positions) {
      const gone = last.get(device);
      if (gone !== undefined) (ahead ??= new Set()).add(gone);
    }
    return ahead;
  }

  /** Puts the submission behind all that came before; answers the way to let the next ones on. */
  join({ workspace, positions }: Submission): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    let last = this.#last.get(workspace);
    if (last === undefined) this.#last.set(workspace, (last = new Map()));
    for (const { device } of positions) last.set(device, promise);
    return () => {
      for (const { device } of positions) if (last.get(device) === promise) last.delete(device);
      if (last.size === 0 && this.#last.get(workspace) === last) this.#last.delete(workspace);
      resolve();
    };
  }
}

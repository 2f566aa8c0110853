import type { EpochMs } from "#geo";
import type { DeviceId, WorkspaceId } from "#wire";

/**
 * What the history answered to the questions of one submission. Nothing is stored meanwhile that was asked about,
 * because later submissions of the same devices wait. But a device may be deleted: that is known better here than by
 * an answer that was under way.
 */
export class Answers {
  readonly workspace: WorkspaceId;
  /** Undefined: asked, and not answered yet. */
  readonly #known: Map<DeviceId, Map<EpochMs, boolean | undefined>> = new Map();

  constructor(workspace: WorkspaceId) {
    this.workspace = workspace;
  }

  /** Is the time stored? Undefined when nobody asked. */
  known(device: DeviceId, time: EpochMs): boolean | undefined {
    return this.#known.get(device)?.get(time);
  }

  /** To be called before the history is asked. */
  ask(device: DeviceId, times: readonly EpochMs[]): void {
    let known = this.#known.get(device);
    if (known === undefined) this.#known.set(device, (known = new Map()));
    for (const time of times) known.set(time, undefined);
  }

  /** What the history said. */
  add(device: DeviceId, times: readonly EpochMs[], stored: ReadonlySet<EpochMs>): void {
    const known = this.#known.get(device);
    for (const time of times) if (known?.get(time) === undefined) known?.set(time, stored.has(time));
  }

  /** A commit erased the device with its history. */
  erased(workspace: WorkspaceId, device: DeviceId): void {
    if (workspace !== this.workspace) return;
    const known = this.#known.get(device);
    for (const time of known?.keys() ?? []) known?.set(time, false);
  }
}

import type { EpochMs } from "#geo";
import type { DeviceId, Position, WorkspaceId } from "#wire";

/** Device times that were let into the log, as far as later admissions need them. */
export interface Admitted {
  /** Newest time let in, or stored earlier; -Infinity before the first. */
  newest: EpochMs;
  /** Newest time that a commit holds. */
  committed: EpochMs;
  /** Times let in and not committed yet; the history does not know them. */
  readonly pending: Set<EpochMs>;
}

/** Remembers, for each device, what was let in. */
export class AdmittedTimes {
  readonly #workspaces: Map<WorkspaceId, Map<DeviceId, Admitted>> = new Map();

  get(workspace: WorkspaceId, device: DeviceId): Admitted | undefined {
    return this.#workspaces.get(workspace)?.get(device);
  }

  /** A device that the store holds, with its newest time if it ever reported. */
  restore(workspace: WorkspaceId, device: DeviceId, newest: EpochMs | undefined): void {
    const committed = newest ?? Number.NEGATIVE_INFINITY;
    this.#of(workspace).set(device, { newest: committed, committed, pending: new Set() });
  }

  let(workspace: WorkspaceId, { device, time }: Position): void {
    const devices = this.#of(workspace);
    let admitted = devices.get(device);
    if (admitted === undefined) {
      admitted = { newest: time, committed: Number.NEGATIVE_INFINITY, pending: new Set() };
      devices.set(device, admitted);
    }
    if (time > admitted.newest) admitted.newest = time;
    admitted.pending.add(time);
  }

  /** The log refused it: the same position may be let in again. */
  takeBack(workspace: WorkspaceId, { device, time }: Position): void {
    const admitted = this.get(workspace, device);
    if (admitted === undefined) return;
    admitted.pending.delete(time);
    if (time !== admitted.newest) return;
    admitted.newest = admitted.committed;
    for (const pending of admitted.pending) admitted.newest = Math.max(admitted.newest, pending);
    if (admitted.newest === Number.NEGATIVE_INFINITY) this.#of(workspace).delete(device);
  }

  commit(workspace: WorkspaceId, device: DeviceId, time: EpochMs): void {
    const admitted = this.get(workspace, device);
    if (admitted === undefined) return;
    admitted.pending.delete(time);
    if (time > admitted.committed) admitted.committed = time;
  }

  /** The device and its history are gone; only what is under way is still known. */
  forget(workspace: WorkspaceId, device: DeviceId): void {
    const admitted = this.get(workspace, device);
    if (admitted === undefined) return;
    if (admitted.pending.size === 0) this.#of(workspace).delete(device);
    else {
      admitted.committed = Number.NEGATIVE_INFINITY;
      admitted.newest = Math.max(...admitted.pending);
    }
  }

  #of(workspace: WorkspaceId): Map<DeviceId, Admitted> {
    let devices = this.#workspaces.get(workspace);
    if (devices === undefined) this.#workspaces.set(workspace, (devices = new Map()));
    return devices;
  }
}

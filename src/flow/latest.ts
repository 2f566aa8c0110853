import type { Latest } from "#ports";
import type { DeviceId, DeviceStatus, WorkspaceId } from "#wire";

/** The live state as of the newest commit; behind the flow's own by what is not committed yet. */
export class CommittedLatest implements Latest {
  readonly #workspaces: Map<WorkspaceId, Map<DeviceId, DeviceStatus>> = new Map();
  #seq = 0;

  get seq(): number {
    return this.#seq;
  }

  get(workspace: WorkspaceId, device: DeviceId): DeviceStatus | undefined {
    return this.#workspaces.get(workspace)?.get(device);
  }

  all(workspace: WorkspaceId): Iterable<DeviceStatus> {
    return this.#workspaces.get(workspace)?.values() ?? [];
  }

  count(workspace: WorkspaceId): number {
    return this.#workspaces.get(workspace)?.size ?? 0;
  }

  put(status: DeviceStatus): void {
    let devices = this.#workspaces.get(status.workspace);
    if (devices === undefined) this.#workspaces.set(status.workspace, (devices = new Map()));
    devices.set(status.device, status);
  }

  remove(workspace: WorkspaceId, device: DeviceId): void {
    this.#workspaces.get(workspace)?.delete(device);
  }

  reached(seq: number): void {
    this.#seq = Math.max(this.#seq, seq);
  }
}

import type { Commit, DeviceKey, FenceKey, Offset } from "#ports";
import type { Event, Fence, FenceId, Fix, WorkspaceId } from "#wire";
import { recordOf, statusOf, type Device } from "./device.ts";
import type { Fleet } from "./fleet.ts";

/** Results gathered for the next commit. Filled by the steps, sealed once. */
export class Batch {
  fixes: { readonly workspace: WorkspaceId; readonly fix: Fix }[] = [];
  readonly changed: Set<Device> = new Set();
  readonly deletedDevices: DeviceKey[] = [];
  readonly events: Event[] = [];
  readonly deletedFences: FenceKey[] = [];
  readonly #fences: Map<string, Fence> = new Map();
  offset: Offset;

  constructor(offset: Offset) {
    this.offset = offset;
  }

  /** Does it hold anything that is worth a transaction? A moved offset alone is. */
  get positions(): number {
    return this.fixes.length;
  }

  putFence(fence: Fence): void {
    this.#fences.set(keyOf(fence.workspace, fence.id), fence);
  }

  /** A commit deletes before it puts, so what was put earlier in the same batch is dropped here. */
  deleteFence(workspace: WorkspaceId, fence: FenceId): void {
    this.#fences.delete(keyOf(workspace, fence));
    this.deletedFences.push({ workspace, fence });
  }

  /** The same for a device: its fixes of this batch go with it. */
  deleteDevice(device: Device): void {
    const { workspace, id } = device;
    this.changed.delete(device);
    this.fixes = this.fixes.filter((one) => one.workspace !== workspace || one.fix.device !== id);
    this.deletedDevices.push({ workspace, device: id });
  }

  /** The batch as the store takes it; statuses are those of this moment. */
  seal(fleet: Fleet): Commit {
    const devices = Array.from(this.changed, (device) =>
      recordOf(device, statusOf(device), fleet.workspace(device.workspace).engine.state(device.handle)),
    );
    const { offset, fixes, deletedDevices, events, deletedFences } = this;
    return {
      offset,
      fixes,
      devices,
      deletedDevices,
      events,
      fences: [...this.#fences.values()],
      deletedFences,
    };
  }
}

const keyOf = (workspace: WorkspaceId, fence: FenceId): string => JSON.stringify([workspace, fence]);

import { createFenceEngine, type DeviceHandle, type FenceEngine } from "#fence";
import type {
  Definition,
  DeviceId,
  DeviceRecord,
  Fence,
  FenceId,
  Rule,
  RuleId,
  Watch,
  WatchId,
  WorkspaceId,
} from "#wire";
import { readRecord, type Device } from "./device.ts";

/** Devices, fences and their engine of one workspace, as of the newest judged entry. */
export interface Workspace {
  readonly id: WorkspaceId;
  readonly engine: FenceEngine;
  readonly devices: Map<DeviceId, Device>;
  /** By the engine's handle. */
  readonly byHandle: Map<DeviceHandle, Device>;
  readonly fences: Map<FenceId, Fence>;
  readonly rules: Map<RuleId, Rule>;
  readonly watches: Map<WatchId, Watch>;
}

/** All workspaces. */
export class Fleet {
  readonly #workspaces: Map<WorkspaceId, Workspace> = new Map();

  workspace(id: WorkspaceId): Workspace {
    let found = this.#workspaces.get(id);
    if (found === undefined) {
      found = {
        id,
        engine: createFenceEngine(),
        devices: new Map(),
        byHandle: new Map(),
        fences: new Map(),
        rules: new Map(),
        watches: new Map(),
      };
      this.#workspaces.set(id, found);
    }
    return found;
  }

  define({ of, value }: Definition): void {
    const { rules, watches } = this.workspace(value.workspace);
    if (of === "rule") rules.set(value.id, value);
    else watches.set(value.id, value);
  }

  defined(workspace: WorkspaceId, of: Definition["of"], id: string): Rule | Watch | undefined {
    const { rules, watches } = this.workspace(workspace);
    return (of === "rule" ? rules : watches).get(id);
  }

  undefine(workspace: WorkspaceId, of: Definition["of"], id: string): void {
    const { rules, watches } = this.workspace(workspace);
    (of === "rule" ? rules : watches).delete(id);
  }

  device(workspace: WorkspaceId, id: DeviceId): Device | undefined {
    return this.#workspaces.get(workspace)?.devices.get(id);
  }

  /** Adds a device that has reported nothing yet. */
  add({ id: workspace, engine, devices, byHandle }: Workspace, id: DeviceId): Device {
    const device: Device = {
      workspace,
      id,
      handle: engine.admit(),
      track: undefined,
      seenAt: undefined,
      inside: [],
      carry: undefined,
      groups: [],
    };
    devices.set(id, device);
    byHandle.set(device.handle, device);
    return device;
  }

  /** Takes back what a commit stored. Fences must be there first. */
  restore(record: DeviceRecord): Device {
    const { status } = record;
    const { engine, devices, byHandle } = this.workspace(status.workspace);
    const { track, fence } = readRecord(record);
    const handle = engine.admit(fence);
    const device: Device = {
      workspace: status.workspace,
      id: status.device,
      handle,
      track,
      seenAt: status.seenAt,
      inside: status.inside,
      carry: engine.carry(handle),
      groups: status.groups ?? [],
    };
    devices.set(device.id, device);
    byHandle.set(device.handle, device);
    return device;
  }

  remove(device: Device): void {
    const { engine, devices, byHandle } = this.workspace(device.workspace);
    devices.delete(device.id);
    byHandle.delete(device.handle);
    engine.release(device.handle);
  }

  get counts(): { readonly devices: number; readonly fences: number } {
    let devices = 0;
    let fences = 0;
    for (const workspace of this.#workspaces.values()) {
      devices += workspace.devices.size;
      fences += workspace.fences.size;
    }
    return { devices, fences };
  }
}

/** The device's fences from the engine, ascending by id, and what it remembers besides. */
export function refreshInside(engine: FenceEngine, device: Device): void {
  device.carry = engine.carry(device.handle);
  device.inside = [...engine.state(device.handle).inside].sort();
}

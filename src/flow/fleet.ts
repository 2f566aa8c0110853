import { createFenceEngine, type DeviceHandle, type FenceEngine, type MembershipChange } from "#fence";
import type { Milliseconds } from "#geo";
import type { Offset } from "#ports";
import type {
  Definition,
  DeviceId,
  DeviceRecord,
  Fence,
  FenceId,
  Rule,
  RuleId,
  Watch,
  WorkspaceId,
} from "#wire";
import { Pairs } from "./pairs.ts";
import { Watches } from "./watch-plan.ts";
import { createRules, type Rules } from "#rule";
import { Cooldowns } from "./alerting.ts";
import { isLimited } from "./concerns.ts";
import { Alarms } from "./alarms.ts";
import { type Device, neverBased, readRecord } from "./device.ts";

/** Devices, fences and their engine of one workspace, as of the newest judged entry. */
export interface Workspace {
  readonly id: WorkspaceId;
  readonly engine: FenceEngine;
  readonly devices: Map<DeviceId, Device>;
  /** By the engine's handle. */
  readonly byHandle: Map<DeviceHandle, Device>;
  readonly fences: Map<FenceId, Fence>;
  readonly rules: Rules;
  readonly defined: Map<RuleId, Rule>;
  readonly cooldowns: Cooldowns;
  readonly watches: Watches;
  /** The watches about pairs of devices. */
  readonly pairs: Pairs;
  /** How many fences have a dwell time, and how many are for some devices or some hours only. */
  dwelling: number;
  limited: number;
  /** Last entry of the log that edited what is judged by. */
  edited: Offset;
}

/** All workspaces. */
export class Fleet {
  readonly alarms: Alarms = new Alarms();
  readonly #workspaces: Map<WorkspaceId, Workspace> = new Map();
  readonly #horizon: Milliseconds;

  /** `horizon`: how far fixes may be behind others and still count. */
  constructor(horizon: Milliseconds) {
    this.#horizon = horizon;
  }

  all(): Iterable<Workspace> {
    return this.#workspaces.values();
  }

  workspace(id: WorkspaceId): Workspace {
    let found = this.#workspaces.get(id);
    if (found === undefined) {
      found = {
        id,
        engine: createFenceEngine(),
        devices: new Map(),
        byHandle: new Map(),
        fences: new Map(),
        rules: createRules(),
        defined: new Map(),
        cooldowns: new Cooldowns(),
        watches: new Watches(),
        pairs: new Pairs(this.#horizon),
        dwelling: 0,
        limited: 0,
        edited: 0,
      };
      this.#workspaces.set(id, found);
    }
    return found;
  }

  /** Creates the fence or replaces it; answers whose membership that changes. */
  putFence(fence: Fence): readonly MembershipChange[] {
    const workspace = this.workspace(fence.workspace);
    const before = workspace.fences.get(fence.id);
    workspace.dwelling += dwells(fence) - dwells(before);
    workspace.limited += limits(fence) - limits(before);
    workspace.fences.set(fence.id, fence);
    return workspace.engine.put(fence);
  }

  /** The same for a fence that is gone; undefined when it was not there. */
  deleteFence(id: WorkspaceId, fence: FenceId): readonly MembershipChange[] | undefined {
    const workspace = this.workspace(id);
    const before = workspace.fences.get(fence);
    if (before === undefined) return undefined;
    workspace.dwelling -= dwells(before);
    workspace.limited -= limits(before);
    workspace.fences.delete(fence);
    return workspace.engine.remove(fence);
  }

  define({ of, value }: Definition): void {
    const { rules, defined, watches, pairs, devices } = this.workspace(value.workspace);
    if (of === "watch") {
      watches.put(value);
      if (value.kind === "proximity") pairs.put(value, devices.values());
      else pairs.delete(value.id);
    } else {
      defined.set(value.id, value);
      rules.put(value);
    }
  }

  defined(workspace: WorkspaceId, of: Definition["of"], id: string): Rule | Watch | undefined {
    const { defined, watches } = this.workspace(workspace);
    return (of === "rule" ? defined : watches).get(id);
  }

  undefine(workspace: WorkspaceId, of: Definition["of"], id: string): void {
    const { rules, defined, watches, pairs } = this.workspace(workspace);
    if (of === "watch") {
      watches.delete(id);
      pairs.delete(id);
    } else {
      defined.delete(id);
      rules.delete(id);
    }
  }

  device(workspace: WorkspaceId, id: DeviceId): Device | undefined {
    return this.#workspaces.get(workspace)?.devices.get(id);
  }

  /** Adds a device that has reported nothing yet. */
  add({ id: workspace, engine, devices, byHandle, pairs }: Workspace, id: DeviceId): Device {
    const device: Device = {
      workspace,
      id,
      handle: engine.admit(),
      track: undefined,
      watched: undefined,
      plan: undefined,
      seenAt: undefined,
      inside: [],
      carry: undefined,
      groups: [],
      based: neverBased,
      quiet: false,
      generations: undefined,
      pairs: undefined,
    };
    devices.set(id, device);
    byHandle.set(device.handle, device);
    pairs.enlist(device);
    return device;
  }

  /** Takes back what a commit stored. Fences must be there first; the watches about pairs are resumed afterwards. */
  restore(record: DeviceRecord): Device {
    const { status } = record;
    const { engine, devices, byHandle } = this.workspace(status.workspace);
    const { fence, ...read } = readRecord(record);
    const handle = engine.admit(fence);
    const device: Device = {
      workspace: status.workspace,
      id: status.device,
      handle,
      ...read,
      plan: undefined,
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
    const { engine, devices, byHandle, pairs } = this.workspace(device.workspace);
    pairs.dismiss(device.id);
    devices.delete(device.id);
    byHandle.delete(device.handle);
    this.alarms.clear(device);
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

const limits = (fence: Fence | undefined): number => (fence !== undefined && isLimited(fence) ? 1 : 0);
const dwells = (fence: Fence | undefined): number => ((fence?.dwellSeconds ?? 0) > 0 ? 1 : 0);

/** The device's fences from the engine, ascending by id, and what it remembers besides. */
export function refreshInside(engine: FenceEngine, device: Device): void {
  device.carry = engine.carry(device.handle);
  device.inside = [...engine.state(device.handle).inside].sort();
}

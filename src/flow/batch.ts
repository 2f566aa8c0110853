import type {
  BaseOf,
  Commit,
  Cooldown,
  DefinitionKey,
  DeviceKey,
  FenceKey,
  LoggedEntry,
  Offset,
  Reshown,
} from "#ports";
import type { Alert, FollowUp, Definition, Event, Fence, FenceId, Fix, LogEntry, WorkspaceId } from "#wire";
import { type Device, recordOf } from "./device.ts";
import type { Uncommitted } from "./recent.ts";

/** What the store gets, and the entries that it follows from. */
export interface Sealed {
  readonly commit: Commit;
  readonly entries: readonly LogEntry[];
}

/** How much of a device's results there was when it was deleted. */
interface Cut {
  readonly fixes: number;
  readonly events: number;
  readonly bases: number;
  readonly alerts: number;
  readonly followUps: number;
}

/** Results gathered for the next commit. Filled by the steps, sealed once. */
export class Batch {
  readonly fixes: { readonly workspace: WorkspaceId; readonly fix: Fix }[] = [];
  readonly changed: Set<Device> = new Set();
  readonly events: Event[] = [];
  readonly bases: BaseOf[] = [];
  readonly reshown: Reshown[] = [];
  readonly alerts: Alert[] = [];
  readonly followUps: FollowUp[] = [];
  #offset: Offset;
  /** Everything judged, in the order of the log, and how many positions and edits that is. */
  readonly #entries: LogEntry[] = [];
  #judged = 0;
  #edits = 0;
  readonly #deletedDevices: DeviceKey[] = [];
  readonly #deletedFences: FenceKey[] = [];
  readonly #edited: Map<WorkspaceId, Offset> = new Map();
  readonly #fences: Map<string, Fence> = new Map();
  readonly #cooldowns: Map<string, Cooldown> = new Map();
  readonly #definitions: Map<string, Definition> = new Map();
  readonly #deletedDefinitions: DefinitionKey[] = [];
  /** For each deleted device: how many fixes and events were there when it was. */
  readonly #cuts: Map<string, Cut> = new Map();

  constructor(offset: Offset) {
    this.#offset = offset;
  }

  /** Last log entry whose results are included. */
  get offset(): Offset {
    return this.#offset;
  }

  /** How much it holds: positions (copies too, whose entry is kept), edits and events count one each. */
  get weight(): number {
    return this.#judged + this.events.length;
  }

  /** Does somebody wait for it? Edits are answered once they are committed; positions were when they were logged. */
  get urgent(): boolean {
    return this.#edits > 0;
  }

  /** The entry's results are all in. */
  judged({ offset, entry }: LoggedEntry): void {
    this.#offset = offset;
    this.#entries.push(entry);
    if (entry.kind === "positions") this.#judged += entry.positions.length;
    else {
      this.#judged++;
      this.#edits++;
    }
  }

  putFence(fence: Fence): void {
    this.#fences.set(keyOf(fence.workspace, fence.id), fence);
  }

  /** A commit deletes before it puts, so what was put earlier in the same batch is dropped here. */
  deleteFence(workspace: WorkspaceId, fence: FenceId): void {
    this.#fences.delete(keyOf(workspace, fence));
    this.#deletedFences.push({ workspace, fence });
  }

  cool(cooldown: Cooldown): void {
    const { workspace, rule, device, fence = "" } = cooldown;
    this.#cooldowns.set(keyOf(workspace, rule, device, fence), cooldown);
  }

  define(definition: Definition): void {
    this.#definitions.set(keyOf(definition.value.workspace, definition.of, definition.value.id), definition);
  }

  undefine(key: DefinitionKey): void {
    this.#definitions.delete(keyOf(key.workspace, key.of, key.id));
    this.#deletedDefinitions.push(key);
  }

  /** The same for a device: the fixes and events that this batch has of it so far go with it. */
  deleteDevice(key: DeviceKey, device: Device | undefined): void {
    if (device !== undefined) this.changed.delete(device);
    this.#deletedDevices.push(key);
    this.#cuts.set(keyOf(key.workspace, key.device), {
      fixes: this.fixes.length,
      events: this.events.length,
      bases: this.bases.length,
      alerts: this.alerts.length,
      followUps: this.followUps.length,
    });
  }

  /** What the workspace judges by has changed. */
  edit(workspace: WorkspaceId, offset: Offset): void {
    this.#edited.set(workspace, offset);
  }

  /** What it holds so far of devices' past. */
  peek(): Uncommitted {
    return { ...this.#kept(), deletedDevices: this.#deletedDevices };
  }

  /** The batch as the store takes it; the devices are those of this moment. */
  seal(): Sealed {
    const { offset } = this;
    const devices = Array.from(this.changed, recordOf);
    const fences = [...this.#fences.values()];
    const deletedDevices = this.#deletedDevices;
    const deletedFences = this.#deletedFences;
    const edited = Array.from(this.#edited, ([workspace, at]) => ({ workspace, offset: at }));
    return {
      commit: {
        offset,
        ...this.#kept(),
        devices,
        deletedDevices,
        fences,
        deletedFences,
        definitions: [...this.#definitions.values()],
        deletedDefinitions: this.#deletedDefinitions,
        ...this.#told(),
        cooldowns: [...this.#cooldowns.values()],
        edited,
      },
      entries: this.#entries,
    };
  }

  /** A deleted device is not spoken of any more. */
  #told(): Pick<Commit, "alerts" | "followUps"> {
    const { alerts, followUps } = this;
    if (this.#cuts.size === 0) return { alerts, followUps };
    const isCut = ({ workspace, device }: Event, index: number, of: "alerts" | "followUps"): boolean =>
      index < (this.#cuts.get(keyOf(workspace, device))?.[of] ?? 0);
    return {
      alerts: alerts.filter(({ event }, index) => !isCut(event, index, "alerts")),
      followUps: followUps.filter(({ event }, index) => !isCut(event, index, "followUps")),
    };
  }

  #kept(): Pick<Commit, "fixes" | "events" | "bases" | "reshown"> {
    const { fixes, events, bases, reshown } = this;
    const cuts = this.#cuts;
    if (cuts.size === 0) return { fixes, events, bases, reshown };
    return {
      fixes: fixes.filter(
        ({ workspace, fix }, index) => index >= (cuts.get(keyOf(workspace, fix.device))?.fixes ?? 0),
      ),
      events: events.filter(
        ({ workspace, device }, index) => index >= (cuts.get(keyOf(workspace, device))?.events ?? 0),
      ),
      // Of events that are gone nothing is changed.
      reshown,
      bases: bases.filter(
        ({ workspace, device }, index) => index >= (cuts.get(keyOf(workspace, device))?.bases ?? 0),
      ),
    };
  }
}

const keyOf = (workspace: WorkspaceId, ...ids: readonly string[]): string =>
  JSON.stringify([workspace, ...ids]);

import type { Devices, Fences, History, Latest } from "#ports";
import type { RuleContext } from "#rule";
import type { DeviceId, DeviceLabel, Event, Fence, FenceId, Fix, WorkspaceId } from "#wire";

/** Where what belongs to an event is read from. */
export interface ContextPorts {
  readonly devices: Devices;
  readonly fences: Fences;
  readonly history: History;
  readonly latest: Latest;
}

/** Up to so many names are looked up one by one; for more, all are read. */
const FEW_NAMES = 50;
/** Fixes that lie no farther apart are read together, in milliseconds. */
const TOGETHER = 600_000;
/** Fixes of one read. */
const MOST_FIXES = 20_000;
/** Reads at once. */
const AT_ONCE = 32;

/** Runs of times, each no farther from the one before than `TOGETHER`. */
const runsOf = (times: readonly number[]): readonly (readonly [from: number, to: number])[] => {
  const runs: [number, number][] = [];
  for (const time of times.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && time - last[1] <= TOGETHER) last[1] = time;
    else runs.push([time, time]);
  }
  return runs;
};

/**
 * What rules may ask about beside events of the past: names, groups and fences as they are now, and the fix of each
 * event. Read for a page of events at a time and remembered, but for the fixes.
 */
export class Contexts {
  readonly #ports: ContextPorts;
  readonly #workspace: WorkspaceId;
  readonly #names = new Map<DeviceId, string | undefined>();
  readonly #fences = new Map<FenceId, Fence | undefined>();
  #labels: ReadonlyMap<DeviceId, DeviceLabel> | undefined;
  #fixes: ReadonlyMap<string, Fix> = new Map();

  constructor(ports: ContextPorts, workspace: WorkspaceId) {
    this.#ports = ports;
    this.#workspace = workspace;
  }

  /** Reads what belongs to these events; the fixes only with `positions`. */
  async prepare(events: readonly Event[], positions: boolean): Promise<void> {
    await Promise.all([
      this.#readNames(events),
      this.#readFences(events),
      positions ? this.#readFixes(events) : undefined,
    ]);
  }

  /** What belongs to an event that was prepared. */
  of({ device, other, fence, fix }: Event): RuleContext {
    const name = this.#names.get(device);
    const known = fence === undefined ? undefined : this.#fences.get(fence);
    const position = this.#fixes.get(keyOf(device, fix));
    return {
      device: { id: device, ...(name !== undefined && { name }), groups: this.#groups(device) },
      ...(other !== undefined && { other: { id: other, groups: this.#groups(other) } }),
      ...(known !== undefined && { fence: known }),
      ...(position !== undefined && { position }),
    };
  }

  #groups(device: DeviceId): readonly string[] {
    return this.#ports.latest.get(this.#workspace, device)?.groups ?? [];
  }

  async #readNames(events: readonly Event[]): Promise<void> {
    const unseen = new Set(events.map(({ device }) => device).filter((id) => !this.#names.has(id)));
    if (unseen.size === 0) return;
    const { devices } = this.#ports;
    if (this.#labels === undefined && unseen.size > FEW_NAMES) {
      this.#labels = await devices.labels(this.#workspace);
    }
    const labels = this.#labels;
    for (const id of unseen) {
      const label = labels === undefined ? await devices.get(this.#workspace, id) : labels.get(id);
      this.#names.set(id, label?.name);
    }
  }

  async #readFences(events: readonly Event[]): Promise<void> {
    const unseen = new Set(events.flatMap(({ fence }) => (fence === undefined ? [] : [fence])));
    const ids = [...unseen].filter((id) => !this.#fences.has(id));
    const found = await Promise.all(ids.map((id) => this.#ports.fences.get(this.#workspace, id)));
    for (const [index, id] of ids.entries()) this.#fences.set(id, found[index]);
  }

  async #readFixes(events: readonly Event[]): Promise<void> {
    const times = new Map<DeviceId, number[]>();
    for (const { device, fix } of events) {
      const known = times.get(device);
      if (known === undefined) times.set(device, [fix]);
      else known.push(fix);
    }
    const reads = Array.from(times, ([device, list]) =>
      runsOf(list).map(([from, to]) => ({ device, from, to })),
    ).flat();
    const fixes = new Map<string, Fix>();
    for (let start = 0; start < reads.length; start += AT_ONCE) {
      const some = reads.slice(start, start + AT_ONCE).map((read) => this.#range(read));
      for (const fix of (await Promise.all(some)).flat()) fixes.set(keyOf(fix.device, fix.time), fix);
    }
    this.#fixes = fixes;
  }

  async #range(read: {
    readonly device: DeviceId;
    readonly from: number;
    readonly to: number;
  }): Promise<readonly Fix[]> {
    return await this.#ports.history.range({ workspace: this.#workspace, ...read, limit: MOST_FIXES });
  }
}

const keyOf = (device: DeviceId, time: number): string => `${time} ${device}`;

import type { EpochMs } from "#geo";
import type { Commit, Cooldown, History, HistoryQuery, Offset, Restored, Results } from "#ports";
import type {
  Alert,
  Definition,
  DeviceId,
  DeviceRecord,
  Event,
  Fence,
  Fix,
  SequencedEvent,
  WorkspaceId,
} from "#wire";

const keyOf = (workspace: WorkspaceId, id: string): string => JSON.stringify([workspace, id]);

/** What survives the process. */
export class StoreDisk {
  offset: Offset = 0;
  seq = 0;
  readonly fixes: Map<string, Map<EpochMs, Fix>> = new Map();
  readonly devices: Map<string, string> = new Map();
  readonly fences: Map<string, Fence> = new Map();
  readonly events: Map<string, SequencedEvent> = new Map();
  readonly definitions: Map<string, Definition> = new Map();
  readonly cooldowns: Map<string, Cooldown> = new Map();
  readonly alerts: Map<string, Alert> = new Map();
}

/** Results and history of one process on a disk in memory. Records go through JSON, as in a real store. */
export class MemoryStore implements Results, History {
  /** So many of the next commits fail, `after` or before the disk has them. */
  failures = 0;
  failWhen: "before" | "after" = "before";
  /** While set, commits and questions wait for it. */
  gate: Promise<void> | undefined;
  readonly commits: Commit[] = [];
  readonly disk: StoreDisk;
  #dead = false;

  constructor(disk: StoreDisk) {
    this.disk = disk;
  }

  async commit(commit: Commit): Promise<readonly { seq: number; repeated: boolean }[]> {
    await this.#pass();
    const failing = this.failures > 0;
    if (failing) this.failures--;
    if (failing && this.failWhen === "before") throw new Error("the store is broken");
    this.commits.push(commit);
    const numbered = this.#write(commit);
    if (failing) throw new Error("the answer of the store was lost");
    return numbered;
  }

  async restore(): Promise<Restored> {
    const { offset, seq, fences, definitions, cooldowns, devices } = this.disk;
    const records = Array.from(devices.values(), (text) => JSON.parse(text) as DeviceRecord);
    return {
      offset,
      seq,
      fences: [...fences.values()],
      definitions: [...definitions.values()],
      cooldowns: [...cooldowns.values()],
      devices: records,
    };
  }

  async durable(): Promise<Offset> {
    return this.disk.offset;
  }

  async range({ workspace, device, from, to, limit }: HistoryQuery): Promise<readonly Fix[]> {
    const all = [...(this.disk.fixes.get(keyOf(workspace, device))?.values() ?? [])];
    return all
      .filter((fix) => fix.time >= from && fix.time <= to)
      .sort((a, b) => a.time - b.time)
      .slice(0, limit);
  }

  async known(
    workspace: WorkspaceId,
    device: DeviceId,
    times: readonly EpochMs[],
  ): Promise<ReadonlySet<EpochMs>> {
    const stored = this.disk.fixes.get(keyOf(workspace, device));
    const known = new Set(times.filter((time) => stored?.has(time) === true));
    await this.#pass();
    return known;
  }

  /** The process is gone: what is under way never lands and never answers. */
  crash(): void {
    this.#dead = true;
  }

  async #pass(): Promise<void> {
    await this.gate;
    if (this.#dead) await new Promise(() => {});
  }

  #write(commit: Commit): { seq: number; repeated: boolean }[] {
    const { fixes, devices, fences, events } = this.disk;
    for (const { workspace, device } of commit.deletedDevices) {
      fixes.delete(keyOf(workspace, device));
      devices.delete(keyOf(workspace, device));
      for (const [id, { event }] of events) {
        if (event.workspace === workspace && event.device === device) events.delete(id);
      }
    }
    for (const { workspace, fence } of commit.deletedFences) fences.delete(keyOf(workspace, fence));
    for (const fence of commit.fences) fences.set(keyOf(fence.workspace, fence.id), fence);
    for (const record of commit.devices) {
      devices.set(keyOf(record.status.workspace, record.status.device), JSON.stringify(record));
    }
    for (const { workspace, fix } of commit.fixes) {
      const key = keyOf(workspace, fix.device);
      const stored = fixes.get(key) ?? new Map<EpochMs, Fix>();
      if (!stored.has(fix.time)) stored.set(fix.time, fix);
      fixes.set(key, stored);
    }
    this.disk.offset = commit.offset;
    this.#writeDefinitions(commit);
    for (const alert of commit.alerts)
      if (!this.disk.alerts.has(alert.id)) this.disk.alerts.set(alert.id, alert);
    return commit.events.map((event) => {
      const stored = events.get(event.id);
      if (stored !== undefined) return { seq: stored.seq, repeated: true };
      this.#amend(event);
      events.set(event.id, { seq: ++this.disk.seq, event });
      return { seq: this.disk.seq, repeated: false };
    });
  }

  #writeDefinitions(commit: Commit): void {
    const { definitions, cooldowns } = this.disk;
    for (const { workspace, of, id } of commit.deletedDefinitions)
      definitions.delete(`${of} ${keyOf(workspace, id)}`);
    for (const one of commit.definitions) {
      definitions.set(`${one.of} ${keyOf(one.value.workspace, one.value.id)}`, one);
    }
    for (const one of commit.cooldowns) {
      cooldowns.set(JSON.stringify([one.workspace, one.rule, one.device, one.fence]), one);
    }
  }

  /** An event that withdraws or revises another changes that one. */
  #amend({ withdraws, revises, detectedAt: withdrawnAt, time, lon, lat }: Event): void {
    const { events } = this.disk;
    const withdrawn = events.get(withdraws ?? "");
    if (withdrawn !== undefined) {
      events.set(withdrawn.event.id, { ...withdrawn, event: { ...withdrawn.event, withdrawnAt } });
    }
    const revised = events.get(revises ?? "");
    if (revised !== undefined) {
      events.set(revised.event.id, { ...revised, event: { ...revised.event, time, lon, lat } });
    }
  }
}

import type { EpochMs } from "#geo";
import type {
  Base,
  BaseOf,
  Commit,
  Cooldown,
  EventPage,
  EventQuery,
  Events,
  History,
  HistoryQuery,
  Offset,
  Past,
  Restored,
  Results,
  Stretch,
} from "#ports";
import type {
  Alert,
  Definition,
  DeviceId,
  DeviceRecord,
  Event,
  Fence,
  Fix,
  FollowUp,
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
  readonly edited: Map<WorkspaceId, Offset> = new Map();
  readonly bases: Map<string, { earlier?: Base; later: Base }> = new Map();
  readonly followUps: FollowUp[] = [];
  readonly alerts: Map<string, Alert> = new Map();
}

/** Results and history of one process on a disk in memory. Records go through JSON, as in a real store. */
export class MemoryStore implements Results, History, Past, Events {
  readonly epoch: string = "memory";
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
    if (this.#dead) await this.#never();
    const failing = this.failures > 0;
    if (failing) this.failures--;
    if (failing && this.failWhen === "before") throw new Error("the store is broken");
    this.commits.push(commit);
    const numbered = this.#write(commit);
    if (failing) throw new Error("the answer of the store was lost");
    return numbered;
  }

  async restore(): Promise<Restored> {
    const { offset, seq, fences, definitions, cooldowns, edited, devices } = this.disk;
    const records = Array.from(devices.values(), (text) => JSON.parse(text) as DeviceRecord);
    return {
      offset,
      seq,
      fences: [...fences.values()],
      definitions: [...definitions.values()],
      cooldowns: [...cooldowns.values()],
      edited: Array.from(edited, ([workspace, at]) => ({ workspace, offset: at })),
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

  async stretch(workspace: WorkspaceId, device: DeviceId, before: EpochMs): Promise<Stretch> {
    await this.#pass();
    const bases = this.disk.bases.get(keyOf(workspace, device));
    const base = bases !== undefined && bases.later.time < before ? bases.later : bases?.earlier;
    const from = base?.time ?? Number.NEGATIVE_INFINITY;
    const fixes = [...(this.disk.fixes.get(keyOf(workspace, device))?.values() ?? [])];
    const events = [...this.disk.events.values()].sort((a, b) => a.seq - b.seq).map(({ event }) => event);
    return {
      ...bases,
      fixes: fixes.filter(({ time }) => time > from).sort((a, b) => a.time - b.time),
      events: events.filter(
        (one) => one.workspace === workspace && one.device === device && (one.shown ?? one.fix) > from,
      ),
    };
  }

  async list(query: EventQuery): Promise<EventPage> {
    const { workspace, device, fence, types, from = 0, to = Infinity, after = 0, limit } = query;
    const all = [...this.disk.events.values()].sort((a, b) => a.seq - b.seq);
    const found = all.filter(
      ({ seq, event }) =>
        event.workspace === workspace &&
        (device === undefined || event.device === device) &&
        (fence === undefined || event.fence === fence) &&
        (types === undefined || types.includes(event.type)) &&
        event.time >= from &&
        event.time <= to &&
        seq > after,
    );
    const events = found.slice(0, limit);
    const more = found.length > limit;
    return { events, more, end: more ? (events.at(-1)?.seq ?? 0) : this.disk.seq };
  }

  async get(_: WorkspaceId, id: string): Promise<Event | undefined> {
    return this.disk.events.get(id)?.event;
  }

  /** The process is gone: what is under way never lands and never answers. */
  crash(): void {
    this.#dead = true;
  }

  async #pass(): Promise<void> {
    await this.gate;
    await this.#never();
  }

  /** A process that is gone writes nothing, also if it was about to. */
  #never(): Promise<void> {
    return this.#dead ? new Promise(() => {}) : Promise.resolve();
  }

  #write(commit: Commit): { seq: number; repeated: boolean }[] {
    const { fixes, devices, fences, events } = this.disk;
    for (const { workspace, device } of commit.deletedDevices) {
      fixes.delete(keyOf(workspace, device));
      this.disk.bases.delete(keyOf(workspace, device));
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
    for (const { workspace, offset } of commit.edited) this.disk.edited.set(workspace, offset);
    for (const one of commit.bases) this.#writeBase(one);
    this.disk.followUps.push(...commit.followUps);
    for (const alert of commit.alerts)
      if (!this.disk.alerts.has(alert.id)) this.disk.alerts.set(alert.id, alert);
    const numbered = commit.events.map((event) => {
      const stored = events.get(event.id);
      if (stored !== undefined) return { seq: stored.seq, repeated: true };
      this.#amend(event);
      events.set(event.id, { seq: ++this.disk.seq, event });
      return { seq: this.disk.seq, repeated: false };
    });
    for (const { event: id, shown } of commit.reshown) {
      const known = events.get(id);
      if (known !== undefined) events.set(id, { ...known, event: { ...known.event, shown } });
    }
    return numbered;
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

  #writeBase({ workspace, device, base, reset }: BaseOf): void {
    const { bases } = this.disk;
    const key = keyOf(workspace, device);
    const before = bases.get(key);
    // Through JSON, as in a real store.
    const kept = JSON.parse(JSON.stringify(base)) as Base;
    if (reset) bases.set(key, { earlier: kept, later: kept });
    else if (before?.later.time === kept.time) bases.set(key, { ...before, later: kept });
    else bases.set(key, { ...(before && { earlier: before.later }), later: kept });
  }

  /** An event that withdraws or revises another changes that one. */
  #amend({ withdraws, revises, detectedAt: withdrawnAt, time, lon, lat, reason }: Event): void {
    const { events } = this.disk;
    const withdrawn = events.get(withdraws ?? "");
    if (withdrawn !== undefined) {
      events.set(withdrawn.event.id, { ...withdrawn, event: { ...withdrawn.event, withdrawnAt } });
    }
    const revised = events.get(revises ?? "");
    if (revised !== undefined) {
      const { reason: _, ...event } = revised.event;
      events.set(event.id, { ...revised, event: { ...event, time, lon, lat, ...(reason && { reason }) } });
    }
  }
}

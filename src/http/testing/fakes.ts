import { LockOut } from "../lock-out.ts";
import { type FakeMembers, makeFakeMembers } from "./fake-members.ts";
import { type FakeShares, makeFakeShares } from "./fake-shares.ts";
import { type FakeWorkspaces, makeFakeWorkspaces } from "./fake-workspaces.ts";
import type {
  AlertRecord,
  Bus,
  Clock,
  Definitions,
  Devices,
  Editor,
  Events,
  Fences,
  History,
  Latest,
  News,
  Outbox,
  PutMode,
  Recompute,
  RecomputeJob,
  Redrive,
  SessionRecord,
  Sessions,
  SignInLinkRecord,
  Targets,
  TokenRecord,
  Tokens,
  Upkeep,
} from "#ports";
import {
  Problem,
  type Defined,
  type Device,
  type Fence,
  type Fix,
  type Rule,
  type SequencedEvent,
  type Target,
  type Watch,
} from "#wire";
import { fakeDefinitions, fakeOutbox, fakeRecompute, fakeTargets } from "./fake-alerts.ts";

/** A clock that only moves when told. Timers run in `advance`. */
export class FakeClock implements Clock {
  #now: number;
  #tasks: { at: number; task: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delay: number, task: () => void): () => void {
    const entry = { at: this.#now + delay, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry);
    };
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#tasks.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((other) => other !== next);
      this.#now = next.at;
      next.task();
    }
    this.#now = end;
  }
}

/** Everything that the routes touch, in memory. */
export interface Fakes extends FakeMembers, FakeShares, FakeWorkspaces {
  readonly clock: FakeClock;
  readonly lockOut: LockOut;
  readonly tokenRecords: TokenRecord[];
  readonly sessionRecords: SessionRecord[];
  readonly links: SignInLinkRecord[];
  readonly deviceMap: Map<string, Device>;
  readonly fenceMap: Map<string, Fence>;
  readonly ruleMap: Map<string, Rule>;
  readonly watchMap: Map<string, Watch>;
  readonly targetMap: Map<string, Target>;
  readonly jobs: Map<string, RecomputeJob>;
  /** Ascending by their sequence numbers. */
  readonly alerts: AlertRecord[];
  readonly redriven: Redrive[];
  readonly fixes: Fix[];
  readonly feed: SequencedEvent[];
  readonly news: News[];
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly devices: Devices;
  readonly fences: Fences;
  readonly definitions: Definitions;
  readonly targets: Targets;
  readonly outbox: Outbox;
  readonly recompute: Recompute;
  readonly editor: Editor;
  readonly events: Events;
  readonly history: History;
  readonly latest: Latest;
  readonly upkeep: Upkeep;
  readonly bus: Bus;
}

const byId = (a: string, b: string): number => (a < b ? -1 : 1);

const fakeTokens = (records: TokenRecord[]): Tokens => ({
  create: async (token) => void records.push(token),
  list: async (workspace) => records.filter((token) => token.workspace === workspace),
  byHash: async (hash) => records.find((token) => token.hash === hash),
  revoke: async (workspace, id) => {
    const at = records.findIndex((token) => token.workspace === workspace && token.id === id);
    if (at >= 0) records.splice(at, 1);
    return at >= 0;
  },
  any: async () => records.length > 0,
});

const fakeSessions = (records: SessionRecord[], links: SignInLinkRecord[]): Sessions => ({
  open: async (session) => void records.push(session),
  byHash: async (hash) => records.find((session) => session.hash === hash),
  of: async (person) =>
    records.filter((session) => session.person === person).toSorted((a, b) => b.createdAt - a.createdAt),
  close: async (hash) => {
    const at = records.findIndex((session) => session.hash === hash);
    if (at >= 0) records.splice(at, 1);
  },
  offerLink: async (link) => void links.push(link),
  redeemLink: async (hash, now) => {
    const at = links.findIndex((link) => link.hash === hash && link.expiresAt > now);
    return at < 0 ? undefined : links.splice(at, 1)[0];
  },
  any: async () => records.length > 0,
});

const fakeDevices = (map: Map<string, Device>): Devices => ({
  list: async (_, { after, limit }) =>
    [...map.keys()]
      .toSorted(byId)
      .filter((id) => after === undefined || id > after)
      .slice(0, limit)
      .map((id) => map.get(id)!),
  get: async (_, id) => map.get(id),
  register: async (workspace, device, label, at) => {
    if (map.has(device)) return false;
    map.set(device, { ...label, createdAt: at, status: { workspace, device, inside: [] } });
    return true;
  },
  describe: async (_, id, label) => {
    const old = map.get(id);
    if (old === undefined) return false;
    const { name, icon, ...rest } = { ...old, ...label };
    map.set(id, { ...rest, ...(name && { name }), ...(icon && { icon }) });
    return true;
  },
  labels: async () =>
    new Map([...map].map(([id, { name, icon }]) => [id, { ...(name && { name }), ...(icon && { icon }) }])),
});

/** What the editor writes into. */
type Edited = Pick<Fakes, "fenceMap" | "deviceMap" | "ruleMap" | "watchMap">;

/** Stores a definition as its next version. */
const define = <Of extends keyof Defined>(
  of: Of,
  map: Map<string, Defined[Of]>,
  draft: Omit<Defined[Of], "version" | "createdAt" | "updatedAt"> & { readonly id: string },
  mode: PutMode,
  now: number,
): Defined[Of] => {
  const old = map.get(draft.id);
  if (mode === "create" && old !== undefined)
    throw new Problem("conflict", `there is a ${of} ${draft.id} already`);
  if (mode === "update" && old === undefined) throw new Problem("not_found", `there is no ${of} ${draft.id}`);
  const { version = 0, createdAt = now } = old ?? {};
  const made = { ...draft, version: version + 1, createdAt, updatedAt: now } as unknown as Defined[Of];
  map.set(draft.id, made);
  return made;
};

const fakeEditor = (
  { fenceMap: fences, deviceMap: devices, ruleMap, watchMap }: Edited,
  clock: Clock,
): Editor => ({
  putFence: async (draft, mode) => {
    const old = fences.get(draft.id);
    if (mode === "create" && old !== undefined)
      throw new Problem("conflict", `there is a fence ${draft.id} already`);
    if (mode === "update" && old === undefined)
      throw new Problem("unknown_fence", `there is no fence ${draft.id}`);
    const now = clock.now();
    const fence = {
      ...draft,
      version: (old?.version ?? 0) + 1,
      createdAt: old?.createdAt ?? now,
      updatedAt: now,
    };
    fences.set(draft.id, fence);
    return fence;
  },
  deleteFence: async (_, id) => {
    if (!fences.delete(id)) throw new Problem("unknown_fence", `there is no fence ${id}`);
  },
  putRule: async (draft, mode) => define("rule", ruleMap, draft, mode, clock.now()),
  putWatch: async (draft, mode) => define("watch", watchMap, draft, mode, clock.now()),
  undefine: async (_, of, id) => {
    const map: Map<string, unknown> = of === "rule" ? ruleMap : watchMap;
    if (!map.delete(id)) throw new Problem("not_found", `there is no ${of} ${id}`);
  },
  setGroups: async (_, id, groups) => {
    const device = devices.get(id);
    if (device === undefined) throw new Problem("unknown_device", `there is no device ${id}`);
    devices.set(id, { ...device, status: { ...device.status, groups: [...new Set(groups)].sort() } });
  },
  deleteDevice: async (_, id) => {
    if (!devices.delete(id)) throw new Problem("unknown_device", `there is no device ${id}`);
  },
});

const fakeEvents = (feed: SequencedEvent[]): Events => ({
  epoch: "e1",
  list: async ({ after = 0, limit, device, fence, types, order, from = -Infinity, to = Infinity }) => {
    const all = feed.filter(
      ({ seq, event }) =>
        seq > after &&
        event.time >= from &&
        event.time <= to &&
        (device === undefined || event.device === device) &&
        (fence === undefined || event.fence === fence) &&
        (types?.includes(event.type) ?? true),
    );
    const events = order === "newest" ? all.toReversed().slice(0, limit) : all.slice(0, limit);
    const more = all.length > limit;
    const end = more ? events.at(-1)!.seq : (feed.at(-1)?.seq ?? 0);
    return { events, more, end };
  },
  get: async (_, id) => feed.find(({ event }) => event.id === id)?.event,
});

const fakeHistory = (fixes: Fix[]): History => ({
  range: async ({ device, from, to, limit }) =>
    fixes
      .filter((fix) => fix.device === device && fix.time >= from && fix.time <= to)
      .toSorted((a, b) => a.time - b.time)
      .slice(0, limit),
  known: async (_, device, times) =>
    new Set(fixes.filter((fix) => fix.device === device && times.includes(fix.time)).map(({ time }) => time)),
});

/** A whole small world at a fixed time. */
export const makeFakes = (now: number = Date.UTC(2026, 4, 1)): Fakes => {
  const clock = new FakeClock(now);
  const tokenRecords: TokenRecord[] = [];
  const sessionRecords: SessionRecord[] = [];
  const fakeMembers = makeFakeMembers(sessionRecords);
  const links: SignInLinkRecord[] = [];
  const deviceMap = new Map<string, Device>();
  const fenceMap = new Map<string, Fence>();
  const ruleMap = new Map<string, Rule>();
  const watchMap = new Map<string, Watch>();
  const targetMap = new Map<string, Target>();
  const jobs = new Map<string, RecomputeJob>();
  const alerts: AlertRecord[] = [];
  const redriven: Redrive[] = [];
  const fixes: Fix[] = [];
  const feed: SequencedEvent[] = [];
  const news: News[] = [];
  return {
    clock,
    lockOut: new LockOut(clock),
    tokenRecords,
    ...fakeMembers,
    ...makeFakeShares(),
    ...makeFakeWorkspaces(fakeMembers.memberRecords, sessionRecords),
    sessionRecords,
    links,
    deviceMap,
    fenceMap,
    ruleMap,
    watchMap,
    targetMap,
    jobs,
    alerts,
    redriven,
    fixes,
    feed,
    news,
    tokens: fakeTokens(tokenRecords),
    sessions: fakeSessions(sessionRecords, links),
    devices: fakeDevices(deviceMap),
    fences: {
      list: async (_, { after, limit }) =>
        [...fenceMap.keys()]
          .toSorted(byId)
          .filter((id) => after === undefined || id > after)
          .slice(0, limit)
          .map((id) => fenceMap.get(id)!),
      get: async (_, id) => fenceMap.get(id),
    },
    definitions: fakeDefinitions(ruleMap, watchMap),
    targets: fakeTargets(targetMap),
    outbox: fakeOutbox(alerts, targetMap, redriven),
    recompute: fakeRecompute(fenceMap, jobs, clock),
    editor: fakeEditor({ fenceMap, deviceMap, ruleMap, watchMap }, clock),
    events: fakeEvents(feed),
    history: fakeHistory(fixes),
    latest: {
      get: (_, id) => deviceMap.get(id)?.status,
      all: () => [...deviceMap.values()].map(({ status }) => status),
      count: () => deviceMap.size,
      seq: 0,
    },
    upkeep: {
      backup: async () => undefined,
      forget: async () => 0,
      figures: async () => ({
        fixes: fixes.length,
        unsettledFixes: 0,
        segments: 2,
        events: 0,
        devices: 0,
        bytes: 0,
      }),
      check: async () => [],
    },
    bus: { publish: (item) => void news.push(item), subscribe: () => () => undefined },
  };
};

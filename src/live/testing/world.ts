import type {
  Access,
  Bus,
  Credentials,
  EventPage,
  EventQuery,
  Events,
  Latest,
  News,
  Principal,
} from "#ports";
import { type DeviceStatus, type Event, type Fix, Problem, type SequencedEvent } from "#wire";

/** The workspace of all tests. */
export const WORKSPACE = "main";

/** In place of flow and store: what is committed is told to the bus at once. It survives the live room. */
export class World implements Latest, Bus, Access {
  readonly devices = new Map<string, DeviceStatus>();
  readonly feed: SequencedEvent[] = [];
  /** Makes the feed fail, or wait, when set. */
  beforeRead: () => Promise<void> = async () => {};
  readonly events: Events;
  #handlers = new Set<(news: News) => void>();
  #ended = new Map<string, Set<() => void>>();
  #revoked = new Set<string>();
  #unannounced = 0;

  constructor(epoch = "feed-one") {
    this.events = { epoch, list: (query) => this.#list(query), get: async () => undefined };
  }

  /** Of the newest event that was announced. */
  get seq(): number {
    return this.#end - this.#unannounced;
  }

  /** Of the newest event that is committed. */
  get #end(): number {
    return this.feed.at(-1)?.seq ?? 0;
  }

  get(_workspace: string, device: string): DeviceStatus | undefined {
    return this.devices.get(device);
  }

  all(workspace: string): Iterable<DeviceStatus> {
    return workspace === WORKSPACE ? this.devices.values() : [];
  }

  count(): number {
    return this.devices.size;
  }

  publish(news: News): void {
    for (const handler of this.#handlers) handler(news);
  }

  subscribe(handler: (news: News) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  get subscribers(): number {
    return this.#handlers.size;
  }

  /** A commit that moves devices. */
  move(...fixes: readonly Fix[]): void {
    const devices = fixes.map((fix) => this.#status(fix.device, fix));
    for (const status of devices) this.devices.set(status.device, status);
    this.publish({ kind: "moved", workspace: WORKSPACE, devices });
  }

  /** A commit that changes the groups of a device, which may be one without a position. */
  regroup(device: string, ...groups: readonly string[]): void {
    const { groups: _, ...rest } = this.#status(device);
    const status: DeviceStatus = { ...rest, ...(groups.length > 0 && { groups: groups.toSorted() }) };
    this.devices.set(device, status);
    this.publish({ kind: "moved", workspace: WORKSPACE, devices: [status] });
  }

  #status(device: string, fix?: Fix): DeviceStatus {
    const known = this.devices.get(device) ?? { workspace: WORKSPACE, device, inside: [] };
    return fix ? { ...known, fix } : known;
  }

  deleteDevice(device: string): void {
    this.devices.delete(device);
    this.publish({ kind: "device-deleted", workspace: WORKSPACE, device });
  }

  /** A commit with events at places. */
  happen(...places: readonly (readonly [lon: number, lat: number])[]): SequencedEvent[] {
    return this.happenTo(...places.map(([lon, lat]) => ({ lon, lat })));
  }

  /** A commit with events of named devices, or pairs of them. */
  happenTo(...facts: readonly Partial<Event>[]): SequencedEvent[] {
    const events = this.commit(...facts);
    this.announce(events);
    return events;
  }

  /** Events that can be read, but of which nobody has been told: the bus hears after the commit. */
  commit(...facts: readonly Partial<Event>[]): SequencedEvent[] {
    const events = facts.map(({ lon = 0, lat = 0, ...fact }, i) => ({
      seq: this.#end + 1 + i,
      event: { ...eventAt(this.#end + 1 + i, lon, lat), ...fact },
    }));
    this.feed.push(...events);
    this.#unannounced += events.length;
    return events;
  }

  announce(events: readonly SequencedEvent[]): void {
    this.#unannounced -= events.length;
    this.publish({ kind: "happened", workspace: WORKSPACE, events });
  }

  /** As after a crash: what was committed and not announced is found by the next server. */
  recover(): void {
    this.#unannounced = 0;
  }

  async identify({ authorization, cookie, token }: Credentials): Promise<Principal | undefined> {
    const given = token ?? authorization?.replace(/^Bearer /, "");
    const scopes = given === "ingest-only" ? (["ingest"] as const) : (["view"] as const);
    if (given === "viewer" || given === "ingest-only") {
      if (this.#revoked.has(given)) throw new Problem("invalid_token", "the token is not known");
      return { workspace: WORKSPACE, scopes, register: false, via: "token", id: given };
    }
    if (given?.startsWith("only ")) {
      const groups = given.slice("only ".length).split(",");
      return { workspace: WORKSPACE, scopes, register: false, via: "token", id: given, groups };
    }
    if (given !== undefined) throw new Problem("invalid_token", "the token is not known");
    if (cookie?.includes("session=good")) {
      return { workspace: WORKSPACE, scopes, register: false, via: "session", id: "good" };
    }
    return undefined;
  }

  watch(principal: Principal, ended: () => void): () => void {
    const set = this.#ended.get(principal.id) ?? new Set();
    this.#ended.set(principal.id, set.add(ended));
    return () => set.delete(ended);
  }

  /** How many streams would hear of a revocation. */
  get watched(): number {
    return [...this.#ended.values()].reduce((sum, set) => sum + set.size, 0);
  }

  revoke(id: string): void {
    this.#revoked.add(id);
    for (const ended of this.#ended.get(id) ?? []) ended();
  }

  async #list({ after = 0, limit }: EventQuery): Promise<EventPage> {
    await this.beforeRead();
    const found = this.feed.filter(({ seq }) => seq > after);
    const events = found.slice(0, limit);
    const more = found.length > limit;
    return { events, end: more ? (events.at(-1)?.seq ?? after) : this.#end, more };
  }
}

/** A fix somewhere; `n` makes its time. */
export const fixAt = (device: string, lon: number, lat: number, n = 0): Fix => ({
  device,
  lon,
  lat,
  time: Date.UTC(2026, 4, 1) + n * 1000,
  speed: 5,
  course: 90,
});

const eventAt = (seq: number, lon: number, lat: number): Event => ({
  id: `event-${seq}`,
  workspace: WORKSPACE,
  type: "enter",
  device: "bus",
  fence: "depot",
  fenceVersion: 1,
  time: Date.UTC(2026, 4, 1) + seq,
  fix: Date.UTC(2026, 4, 1) + seq,
  detectedAt: Date.UTC(2026, 4, 1) + seq + 5,
  lon,
  lat,
});

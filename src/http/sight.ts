import type { Devices, EventPage, EventQuery, Events, History, Latest, Principal } from "#ports";
import {
  type Device,
  type DeviceId,
  type DeviceStatus,
  type Event,
  isInSomeGroup,
  type WorkspaceId,
} from "#wire";

/** What is read about devices. */
export interface SightPorts {
  readonly latest: Latest;
  readonly devices?: Devices;
  readonly events?: Events;
  readonly history?: History;
}

/** Events that are looked through for the newest ones that somebody may see, and pages for the oldest. */
const [MOST_NEWEST, PAGE, MOST_PAGES] = [10_000, 1000, 10];

/**
 * The same ports as somebody who is limited to groups sees them: other devices, and what happened to them, are not
 * there. Membership is that of now. An event of two devices is seen by who may see both.
 */
export const seenBy = <Ports extends SightPorts>(
  { groups }: Pick<Principal, "groups">,
  ports: Ports,
): Ports => {
  if (groups === undefined) return ports;
  const latest = new SeenLatest(ports.latest, groups);
  return {
    ...ports,
    latest,
    ...(ports.devices && { devices: new SeenDevices(ports.devices, latest) }),
    ...(ports.events && { events: new SeenEvents(ports.events, latest) }),
    ...(ports.history && { history: seenHistory(ports.history, latest) }),
  };
};

class SeenLatest implements Latest {
  readonly #latest: Latest;
  readonly #groups: readonly string[];

  constructor(latest: Latest, groups: readonly string[]) {
    this.#latest = latest;
    this.#groups = groups;
  }

  get(workspace: WorkspaceId, device: DeviceId): DeviceStatus | undefined {
    const status = this.#latest.get(workspace, device);
    return status && this.#sees(status) ? status : undefined;
  }

  *all(workspace: WorkspaceId): Generator<DeviceStatus> {
    for (const status of this.#latest.all(workspace)) if (this.#sees(status)) yield status;
  }

  count(workspace: WorkspaceId): number {
    return [...this.all(workspace)].length;
  }

  get seq(): number {
    return this.#latest.seq;
  }

  #sees({ groups = [] }: DeviceStatus): boolean {
    return isInSomeGroup(groups, this.#groups);
  }
}

class SeenDevices implements Devices {
  readonly #devices: Devices;
  readonly #latest: Latest;

  constructor(devices: Devices, latest: Latest) {
    this.#devices = devices;
    this.#latest = latest;
  }

  async list(
    workspace: WorkspaceId,
    { after = "", limit }: { readonly after?: DeviceId; readonly limit: number },
  ): Promise<readonly Device[]> {
    const ids: DeviceId[] = [];
    for (const { device } of this.#latest.all(workspace)) if (device > after) ids.push(device);
    const page = ids.sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
    const found = await Promise.all(page.map((id) => this.#devices.get(workspace, id)));
    return found.filter((device) => device !== undefined);
  }

  async get(workspace: WorkspaceId, device: DeviceId): Promise<Device | undefined> {
    if (this.#latest.get(workspace, device) === undefined) return undefined;
    return await this.#devices.get(workspace, device);
  }

  /** Whoever is limited cannot register: nobody would see the device, its maker included. */
  async register(): Promise<boolean> {
    return false;
  }

  async describe(...[workspace, device, label]: Parameters<Devices["describe"]>): Promise<boolean> {
    if (this.#latest.get(workspace, device) === undefined) return false;
    return await this.#devices.describe(workspace, device, label);
  }

  async labels(workspace: WorkspaceId): ReturnType<Devices["labels"]> {
    const labels = await this.#devices.labels(workspace);
    return new Map([...labels].filter(([id]) => this.#latest.get(workspace, id) !== undefined));
  }
}

class SeenEvents implements Events {
  readonly #events: Events;
  readonly #latest: Latest;

  constructor(events: Events, latest: Latest) {
    this.#events = events;
    this.#latest = latest;
  }

  get epoch(): string {
    return this.#events.epoch;
  }

  async get(workspace: WorkspaceId, id: string): Promise<Event | undefined> {
    const event = await this.#events.get(workspace, id);
    return event && this.#sees(event) ? event : undefined;
  }

  async list(query: EventQuery): Promise<EventPage> {
    return query.order === "newest" ? await this.#newest(query) : await this.#oldest(query);
  }

  async #newest(query: EventQuery): Promise<EventPage> {
    const page = await this.#events.list({ ...query, limit: MOST_NEWEST });
    const seen = page.events.filter(({ event }) => this.#sees(event));
    return {
      events: seen.slice(0, query.limit),
      end: page.end,
      more: page.more || seen.length > query.limit,
    };
  }

  /** Reads on until the page is full, or enough was looked through: then `more` says that there may be others. */
  async #oldest(query: EventQuery): Promise<EventPage> {
    const seen: EventPage["events"][number][] = [];
    let after = query.after;
    for (let pages = 0; ; pages++) {
      const page = await this.#events.list({ ...query, ...(after !== undefined && { after }), limit: PAGE });
      for (const one of page.events) {
        if (!this.#sees(one.event)) continue;
        seen.push(one);
        if (seen.length < query.limit) continue;
        const isLast = one === page.events.at(-1);
        return { events: seen, end: isLast ? page.end : one.seq, more: !isLast || page.more };
      }
      if (!page.more || pages >= MOST_PAGES) return { events: seen, end: page.end, more: page.more };
      after = page.end;
    }
  }

  #sees({ workspace, device, other }: Event): boolean {
    const isSeen = (id: DeviceId): boolean => this.#latest.get(workspace, id) !== undefined;
    return isSeen(device) && (other === undefined || isSeen(other));
  }
}

const seenHistory = (history: History, latest: Latest): History => ({
  range: async (query) =>
    latest.get(query.workspace, query.device) === undefined ? [] : await history.range(query),
  known: async (workspace, device, times) =>
    latest.get(workspace, device) === undefined ? new Set() : await history.known(workspace, device, times),
});

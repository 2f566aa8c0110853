import { createHash } from "node:crypto";
import type { OpenShare, ShareLinks, ShareRecord } from "#ports";
import type { Fence, Fix, ShareTerms } from "#wire";
import { Hub } from "../hub.ts";
import { DEFAULTS, type LiveSettings } from "../settings.ts";
import type { Viewer } from "../viewer.ts";
import { decodeWatch } from "../watch.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeLine } from "./fake-line.ts";
import { settle } from "./stage.ts";
import { WORKSPACE, World } from "./world.ts";

/** Where the clock of a stage begins. */
export const START: number = Date.UTC(2026, 4, 1);

/** The core with one share link, its fences, names and history in a test's hand. */
export class SharedStage implements ShareLinks {
  readonly world: World = new World();
  readonly clock: FakeClock = new FakeClock();
  readonly hub: Hub;
  readonly fences: Map<string, Fence> = new Map();
  readonly names: Map<string, string> = new Map();
  readonly past: Fix[] = [];
  link: OpenShare;
  #watchers: Set<(now: OpenShare | undefined) => void> = new Set();

  constructor(terms: Partial<ShareTerms>, settings: Partial<LiveSettings> = {}) {
    this.link = this.#openOf(terms);
    const { world, clock, names } = this;
    this.hub = new Hub({
      latest: world,
      events: world.events,
      bus: world,
      clock,
      settings: { ...DEFAULTS, ...settings },
      logger: undefined,
      sharing: {
        latest: world,
        clock,
        logger: undefined,
        links: this,
        history: {
          range: async ({ device, from, to, limit }) =>
            this.past
              .filter((fix) => fix.device === device && fix.time >= from && fix.time <= to)
              .toSorted((a, b) => a.time - b.time)
              .slice(0, limit),
          known: async () => new Set(),
        },
        fences: {
          list: async () => [...this.fences.values()],
          get: async (_, id) => this.fences.get(id),
        },
        nameOf: (_, device) => names.get(device),
      },
    });
  }

  async open(): Promise<OpenShare> {
    return this.link;
  }

  watch(_: OpenShare, changed: (now: OpenShare | undefined) => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** The link is changed. */
  change(terms: Partial<ShareTerms>, groups?: readonly string[]): void {
    this.link = this.#openOf(terms, groups);
    for (const changed of this.#watchers) changed(this.link);
  }

  revoke(): void {
    for (const changed of this.#watchers) changed(undefined);
  }

  get watched(): number {
    return this.#watchers.size;
  }

  /** Somebody opens the link and watches; what has to be read has been. */
  async join(watch: object): Promise<{ readonly line: FakeLine; readonly viewer: Viewer }> {
    const line = new FakeLine();
    const viewer = this.hub.join(this.link, line);
    line.freed = () => this.hub.freed(viewer);
    this.hub.watch(viewer, decodeWatch(watch));
    await this.pass(0);
    return { line, viewer };
  }

  /** A device moves now, or a while ago, and that stands in its history. */
  move(device: string, lon: number, lat: number, time: number = this.clock.now()): void {
    const fix: Fix = {
      device,
      lon,
      lat,
      time,
      speed: 5,
      course: 90,
      accuracy: 3,
      attributes: { driver: "Kim" },
    };
    this.past.push(fix);
    this.world.move(fix);
  }

  putFence(fence: Fence): void {
    this.fences.set(fence.id, fence);
    this.world.publish({ kind: "fence-put", workspace: WORKSPACE, fence });
  }

  /** Lets reading end, and time pass. */
  async pass(ms: number): Promise<void> {
    await settle();
    this.clock.advance(ms);
    await settle();
    this.clock.advance(0);
  }

  #openOf(terms: Partial<ShareTerms>, groups?: readonly string[]): OpenShare {
    const share: ShareRecord = {
      id: "share",
      workspace: WORKSPACE,
      name: "",
      what: { devices: ["a"] },
      track: false,
      hash: "",
      by: {},
      createdAt: 0,
      views: 0,
      ...terms,
    };
    return {
      share,
      ...(groups && { groups }),
      draw: (label) => {
        const digest = createHash("sha256").update(label).digest();
        return [0, 6, 12, 18].map((at) => digest.readUIntBE(at, 6) / 2 ** 48);
      },
      alias: (device) => `x-${device}`,
    };
  }
}

/** A home zone around a place. */
export const homeAt = (lon: number, lat: number, radius: number, id = "home"): Fence => ({
  id,
  workspace: WORKSPACE,
  version: 1,
  name: id,
  geometry: { type: "Point", coordinates: [lon, lat] },
  radius,
  home: true,
  createdAt: 0,
  updatedAt: 0,
});

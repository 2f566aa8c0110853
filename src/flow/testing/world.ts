import { createFlow, type Flow, type FlowSettings } from "#flow";
import type { Bus, News, Submission } from "#ports";
import type { Event, Fence, FenceId, Position } from "#wire";
import { FakeClock, turn } from "./fake-clock.ts";
import { LogDisk, MemoryLog } from "./memory-log.ts";
import { MemoryStore, StoreDisk } from "./memory-store.ts";

/** Where the clock of a world starts. */
export const START = 1_700_000_000_000;

/** A flow on ports in memory, which can crash and start again. */
export class World {
  readonly logDisk: LogDisk = new LogDisk();
  readonly storeDisk: StoreDisk = new StoreDisk();
  readonly settings: Partial<FlowSettings>;
  readonly complaints: string[] = [];
  /** Workspaces that are being deleted. */
  readonly closed: Set<string> = new Set();
  clock: FakeClock = new FakeClock(START);
  log: MemoryLog = new MemoryLog(this.logDisk);
  store: MemoryStore = new MemoryStore(this.storeDisk);
  bus: Bus = this.#makeBus();
  /** All news that any process published. */
  readonly news: News[] = [];
  #flow: Flow | undefined;

  constructor(settings: Partial<FlowSettings> = {}) {
    this.settings = settings;
  }

  static async open(settings?: Partial<FlowSettings>): Promise<World> {
    const world = new World(settings);
    await world.start();
    return world;
  }

  get flow(): Flow {
    if (this.#flow === undefined) throw new Error("the world was not started");
    return this.#flow;
  }

  async start(): Promise<void> {
    const complain = (_: object, message: string): void => void this.complaints.push(message);
    this.#flow = await this.pump(
      createFlow({
        log: this.log,
        results: this.store,
        history: this.store,
        past: this.store,
        events: this.store,
        bus: this.bus,
        clock: this.clock,
        isClosed: (workspace) => this.closed.has(workspace),
        logger: { warn: complain, error: complain },
        settings: this.settings,
      }),
    );
  }

  /** kill -9, and the next process on the same disks. */
  async restart(): Promise<void> {
    this.crash();
    this.clock = new FakeClock(this.clock.now() + 1_000);
    this.log = new MemoryLog(this.logDisk);
    this.store = new MemoryStore(this.storeDisk);
    this.bus = this.#makeBus();
    await this.start();
  }

  crash(): void {
    this.log.crash();
    this.store.crash();
  }

  /** Lets turns and time pass until `work` settles. */
  async pump<Result>(work: Promise<Result>): Promise<Result> {
    const settled = { yes: false };
    const settle = (): void => void (settled.yes = true);
    work.then(settle, settle);
    for (let i = 0; !settled.yes; i++) {
      if (i === 5_000) throw new Error("it does not settle");
      await turn();
      if (!settled.yes) this.clock.advance(10);
    }
    return work;
  }

  /** Lets everything that is logged be committed. */
  async quiet(): Promise<void> {
    for (let i = 0; ; i++) {
      if (i === 5_000) throw new Error("it does not come to rest");
      await turn();
      const { committedOffset } = this.flow.figures();
      if (committedOffset === this.logDisk.entries.length) return;
      this.clock.advance(10);
    }
  }

  submit(
    positions: readonly Position[],
    more: Partial<Submission> = {},
  ): ReturnType<Flow["intake"]["submit"]> {
    return this.flow.intake.submit({ workspace: "main", mode: "live", register: true, positions, ...more });
  }

  /** Stored events in the order of their numbers. */
  get events(): Event[] {
    return [...this.storeDisk.events.values()].sort((a, b) => a.seq - b.seq).map(({ event }) => event);
  }

  /** Stored times of a device, in order, in seconds from the start. */
  times(device: string): number[] {
    const fixes = this.storeDisk.fixes.get(JSON.stringify(["main", device])) ?? new Map<number, unknown>();
    return [...fixes.keys()].sort((a, b) => a - b).map((time) => (time - START) / 1_000);
  }

  #makeBus(): Bus {
    const handlers = new Set<(news: News) => void>();
    return {
      publish: (news) => {
        this.news.push(news);
        for (const handler of handlers) handler(news);
      },
      subscribe: (handler) => {
        handlers.add(handler);
        return () => void handlers.delete(handler);
      },
    };
  }
}

/** A position `seconds` after the start. */
export const at = (
  device: string,
  seconds: number,
  lon = 0,
  lat = 0,
  more: Partial<Position> = {},
): Position => ({
  device,
  time: START + seconds * 1_000,
  lon,
  lat,
  ...more,
});

/** A square fence of `size` degrees with its south-west corner at a place; every single fix decides. */
export function square(
  id: FenceId,
  west: number,
  south: number,
  size = 1,
): Omit<Fence, "version" | "createdAt" | "updatedAt"> {
  const [east, north] = [west + size, south + size];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const strict = { exitMargin: 0, useAccuracy: false, confirmFixes: 0, confirmSeconds: 0 };
  return { id, workspace: "main", name: id, geometry: { type: "Polygon", coordinates: [ring] }, ...strict };
}

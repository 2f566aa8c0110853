/**
 * What the flow itself costs a position: judging (order, track, fences, events) with the building of commits, and
 * admission. Log, store and bus are in memory and do next to nothing. Processor time of the thread, because the
 * machine may have other things to do.
 *
 *   npm run bench -- flow --json [--positions 1000000] [--devices 10000] [--fences 1000] [--seed 1]
 */
import { parseArgs } from "node:util";
import { createMemoryBus } from "#bus";
import { createFlow, type FlowFigures } from "#flow";
import type { Clock, Commit, Events, History, Log, LoggedEntry, LogSink, Results, Past } from "#ports";
import type { Fence, LogEntry, Position } from "#wire";
import { round } from "./support/figures.ts";
import { Fleet, fleetFences } from "./support/fleet.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    positions: { type: "string", default: "1000000" },
    devices: { type: "string", default: "10000" },
    fences: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
});
const setup = {
  positions: Number(options.positions),
  devices: Number(options.devices),
  fences: Number(options.fences),
  seed: Number(options.seed),
};
const SUBMISSION = 100;
/** As the server's clock would: a commit every 50 ms at 50,000 positions a second. */
const POSITIONS_PER_COMMIT = 2_500;
const START = 1_700_000_000_000;

/** Positions without speed and course need a geodesic each; those with them do not. */
type Report = "full" | "bare";

function submissions(report: Report): Position[][] {
  const fleet = new Fleet(setup.devices, setup.seed, START);
  return Array.from({ length: Math.ceil(setup.positions / SUBMISSION) }, () => {
    const positions = JSON.parse(fleet.batch(SUBMISSION)) as Position[];
    return report === "full" ? positions : positions.map(bareOf);
  });
}

const bareOf = ({ device, time, lon, lat }: Position): Position => ({ device, time, lon, lat });

function fenceOf(feature: object, index: number): Fence {
  const { geometry, properties } = feature as {
    geometry: Fence["geometry"];
    properties: { name: string; radius?: number };
  };
  const of = {
    id: `fence-${index}`,
    workspace: "main",
    version: 1,
    geometry,
    createdAt: START,
    updatedAt: START,
  };
  return { ...of, ...properties };
}

const fences = (): Fence[] => fleetFences(setup.fences, setup.seed).map(fenceOf);

/** Time stands still unless a commit is due, so that commits have the size that they would have under load. */
class StillClock implements Clock {
  #now = START;

  now(): number {
    return this.#now;
  }

  after(): () => void {
    return () => undefined;
  }

  advance(by: number): void {
    this.#now += by;
  }
}

class CountingStore implements Results, History, Past, Events {
  readonly epoch: string = "bench";
  fixes = 0;
  records = 0;
  events = 0;
  commits = 0;
  #seq = 0;

  async commit({ fixes, devices, events }: Commit): Promise<{ seq: number; repeated: boolean }[]> {
    this.fixes += fixes.length;
    this.records += devices.length;
    this.events += events.length;
    this.commits++;
    return events.map(() => ({ seq: ++this.#seq, repeated: false }));
  }

  async restore(): ReturnType<Results["restore"]> {
    return { offset: 0, seq: 0, fences: fences(), definitions: [], cooldowns: [], edited: [], devices: [] };
  }

  async durable(): Promise<number> {
    return 0;
  }

  async list(): ReturnType<Events["list"]> {
    return { events: [], end: 0, more: false };
  }

  async get(): ReturnType<Events["get"]> {
    return undefined;
  }

  async stretch(): ReturnType<Past["stretch"]> {
    return { fixes: [], events: [] };
  }

  async range(): ReturnType<History["range"]> {
    return [];
  }

  async known(): ReturnType<History["known"]> {
    return new Set();
  }
}

/** Hands over what is `fed` as soon as the sink takes more; `append` only counts. */
class InstantLog implements Log {
  end = 0;
  readonly backlog = 0;
  #sink: LogSink | undefined;

  async append(): Promise<number> {
    return ++this.end;
  }

  async barrier(): Promise<void> {}

  consume(_: number, sink: LogSink): Promise<void> {
    this.#sink = sink;
    return new Promise(() => undefined);
  }

  async truncate(): Promise<void> {}

  async feed(entries: readonly LoggedEntry[]): Promise<void> {
    this.end = entries.at(-1)?.offset ?? this.end;
    await this.#sink?.(entries);
  }
}

async function cpuMicros(work: () => Promise<void>): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}

interface Run {
  readonly micros: number;
  readonly figures: FlowFigures;
  readonly store: CountingStore;
}

/** Positions arrive from the log: the part that every position goes through, whatever the door. */
async function judge(report: Report): Promise<Run> {
  const [log, store, clock] = [new InstantLog(), new CountingStore(), new StillClock()];
  const flow = await createFlow({
    log,
    results: store,
    history: store,
    past: store,
    events: store,
    bus: createMemoryBus(),
    clock,
  });
  const logged = submissions(report).map((positions, index): LoggedEntry => {
    const entry: LogEntry = { kind: "positions", workspace: "main", at: START, mode: "live", positions };
    return { offset: index + 1, entry };
  });
  const micros = await cpuMicros(async () => {
    const step = POSITIONS_PER_COMMIT / SUBMISSION;
    for (let start = 0; start < logged.length; start += step) {
      clock.advance(60);
      await log.feed(logged.slice(start, start + step));
      // Let the commit land.
      for (let i = 0; i < 20; i++) await Promise.resolve();
    }
  });
  const figures = flow.figures();
  if (figures.committedOffset !== logged.length) throw new Error("the flow did not commit all it was fed");
  return { micros, figures, store };
}

/** Submissions reach the log: duplicates sorted out, receipts made. */
async function admit(): Promise<number> {
  const [log, store, clock] = [new InstantLog(), new CountingStore(), new StillClock()];
  const flow = await createFlow({
    log,
    results: store,
    history: store,
    past: store,
    events: store,
    bus: createMemoryBus(),
    clock,
  });
  const all = submissions("full");
  let accepted = 0;
  const micros = await cpuMicros(async () => {
    for (const positions of all) {
      const receipt = await flow.intake.submit({
        workspace: "main",
        mode: "live",
        register: true,
        positions,
      });
      accepted += receipt.accepted;
    }
  });
  if (accepted !== all.length * SUBMISSION) throw new Error(`only ${accepted} were accepted`);
  return micros;
}

/** The least that a tracker can do: newest position of each device in a map, and a list of what to store. */
async function leastPossible(): Promise<number> {
  const all = submissions("full");
  const newest = new Map<string, Position>();
  let stored: { readonly workspace: string; readonly fix: Position }[] = [];
  return cpuMicros(async () => {
    for (const positions of all) {
      for (const position of positions) {
        const before = newest.get(position.device);
        if (before !== undefined && before.time >= position.time) continue;
        newest.set(position.device, position);
        stored.push({ workspace: "main", fix: position });
      }
      if (stored.length >= POSITIONS_PER_COMMIT) stored = [];
    }
  });
}

const each = (micros: number): number => round(micros / setup.positions, 3);
const full = await judge("full");
const bare = await judge("bare");
const admission = await admit();
const least = await leastPossible();
console.log(
  JSON.stringify({
    bench: "flow",
    judgeMicrosPerPosition: each(full.micros),
    judgeMicrosPerBarePosition: each(bare.micros),
    admitMicrosPerPosition: each(admission),
    leastMicrosPerPosition: each(least),
    ratio: round((full.micros + admission) / least, 1),
    events: full.store.events,
    commits: full.store.commits,
    recordsPerCommit: round(full.store.records / full.store.commits),
    lateFixes: full.figures.lateFixes,
    ...setup,
  }),
);

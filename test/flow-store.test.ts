import { describe, expect, it } from "vitest";
import { createMemoryBus } from "#bus";
import { createFlow, type Flow } from "#flow";
import type { Clock, Submission } from "#ports";
import { openSqliteStore, type SqliteStore } from "#store";
import type { Event, FenceGeometry, Position } from "#wire";
import { seededRandom } from "../bench/support/random.ts";
import { strict } from "./support/strict.ts";
import { temporaryFolder } from "./support/folder.ts";

const START = 1_700_000_000_000;
const DEVICES = 12;
const ROUNDS = 40;
const seeds = (process.env["TEST_SEED"] ?? "1,2").split(",").map(Number);

/** A clock whose hands the test moves; its timers are real, and die with their process. */
class ProcessClock implements Clock {
  time = START;
  readonly #timers = new Set<NodeJS.Timeout>();

  now(): number {
    return this.time;
  }

  after(delay: number, task: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, delay);
    this.#timers.add(timer);
    return () => clearTimeout(timer);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

/** One process after the other on one data folder. */
class Site implements AsyncDisposable {
  readonly #folder: string;
  #clock = new ProcessClock();
  #store: SqliteStore | undefined;
  #flow: Flow | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get flow(): Flow {
    return this.#flow!;
  }

  get store(): SqliteStore {
    return this.#store!;
  }

  async start(): Promise<this> {
    // Settles early and often, so that deaths meet it.
    this.#store = await openSqliteStore({ folder: this.#folder, settleFixes: 100 });
    this.#flow = await createFlow({ ...this.#store, bus: createMemoryBus(), clock: this.#clock });
    return this;
  }

  at(time: number): void {
    this.#clock.time = time;
  }

  /** As kill -9 leaves it: nothing is drained, no timer runs on, what was under way fails. */
  async die(): Promise<void> {
    const { time } = this.#clock;
    this.#clock.stop();
    await this.#store?.close();
    this.#clock = new ProcessClock();
    this.#clock.time = time;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flow?.close();
    this.#clock.stop();
    await this.#store?.close();
  }
}

const square = (west: number, south: number, size: number): FenceGeometry => ({
  type: "Polygon",
  coordinates: [
    [
      [west, south],
      [west + size, south],
      [west + size, south + size],
      [west, south + size],
      [west, south],
    ],
  ],
});

const stay = (degrees: number): number => Math.min(1, Math.max(0, degrees));

/** What devices send, round by round: mostly in order, some late, some again. */
function voyages(seed: number): Position[][] {
  const random = seededRandom(seed);
  const places = Array.from({ length: DEVICES }, () => [random(), random()] as [number, number]);
  const rounds: Position[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const positions: Position[] = [];
    for (const [i, place] of places.entries()) {
      place[0] = stay(place[0] + (random() - 0.5) / 4);
      place[1] = stay(place[1] + (random() - 0.5) / 4);
      const late = random() < 0.1 ? 90_000 : 0;
      const time = START + round * 60_000 - late;
      positions.push({ device: `v${i}`, time, lon: place[0], lat: place[1] });
    }
    const again = rounds.at(-1)?.[Math.floor(random() * DEVICES)];
    if (again !== undefined) positions.push(again);
    rounds.push(positions);
  }
  return rounds;
}

/** Sends until it is acknowledged, over as many processes as it takes. */
async function send(
  site: Site,
  positions: readonly Position[],
  kill: "before" | "amid" | "no",
): Promise<void> {
  const submission: Submission = { workspace: "main", mode: "live", register: true, positions };
  const sent = site.flow.intake.submit(submission).catch(() => undefined);
  if (kill === "no") {
    expect(await sent).toBeDefined();
    return;
  }
  if (kill === "before") await sent;
  await site.die();
  await site.start();
  if ((await sent) !== undefined) return;
  const { accepted, duplicate } = await site.flow.intake.submit(submission);
  expect(accepted + duplicate).toBe(positions.length);
}

async function edit(site: Site, round: number): Promise<void> {
  const { editor } = site.flow;
  const draft = { workspace: "main", name: "moving" };
  if (round % 10 === 2) {
    const geometry = square(round / 100, 0.3, 0.4);
    await editor.putFence({ ...draft, ...strict, id: "moving", geometry }, round === 2 ? "create" : "update");
  }
  if (round === 25) await editor.deleteDevice("main", "v3");
  if (round === 33) await editor.deleteFence("main", "corner");
}

async function run(site: Site, seed: number, deaths: boolean): Promise<void> {
  const random = seededRandom(seed + 100);
  for (let i = 0; i < 9; i++) {
    const geometry = square((i % 3) / 3, Math.floor(i / 3) / 3, 0.2);
    const id = i === 0 ? "corner" : `fence-${i}`;
    await site.flow.editor.putFence({ workspace: "main", id, name: id, geometry, ...strict }, "create");
  }
  for (const [round, positions] of voyages(seed).entries()) {
    // Each edit has its second: the time of an edit is part of what follows from it.
    site.at(START + round * 60_000 + 1_000);
    const chance = random();
    await send(site, positions, !deaths || chance > 0.4 ? "no" : chance > 0.2 ? "amid" : "before");
    await edit(site, round);
  }
  // One that changes nothing, to wait until everything before it is judged and stored.
  await site.flow.editor.putFence(
    { workspace: "main", id: "last", name: "", geometry: square(50, 50, 1) },
    "create",
  );
}

interface Outcome {
  readonly events: readonly Event[];
  readonly times: Readonly<Record<string, readonly number[]>>;
  readonly statuses: readonly unknown[];
}

async function outcomeOf({ store, flow }: Site): Promise<Outcome> {
  const { events } = await store.events.list({ workspace: "main", limit: 100_000 });
  const times: Record<string, readonly number[]> = {};
  for (let i = 0; i < DEVICES; i++) {
    const query = { workspace: "main", device: `v${i}`, from: 0, to: START * 2, limit: 100_000 };
    times[`v${i}`] = (await store.history.range(query)).map(({ time }) => time);
  }
  const statuses = [...flow.latest.all("main")].toSorted((a, b) => (a.device < b.device ? -1 : 1));
  return { events: events.map(({ event }) => event), times, statuses };
}

const byId = (events: readonly Event[]): Event[] => events.toSorted((a, b) => (a.id < b.id ? -1 : 1));

describe("the flow on its store", () => {
  it.each(seeds)("comes to the same end with and without sudden deaths (seed %i)", async (seed) => {
    await using calmFolder = await temporaryFolder();
    await using wildFolder = await temporaryFolder();
    await using calm = await new Site(calmFolder.path).start();
    await using wild = await new Site(wildFolder.path).start();
    await run(calm, seed, false);
    await run(wild, seed, true);
    const expected = await outcomeOf(calm);
    const found = await outcomeOf(wild);

    expect(expected.events.length).toBeGreaterThan(100);
    expect(new Set(found.events.map(({ id }) => id)).size).toBe(found.events.length);
    expect(byId(found.events)).toEqual(byId(expected.events));
    expect(found.times).toEqual(expected.times);
    expect(found.statuses).toEqual(expected.statuses);

    // What the store brings back is what the flow had.
    await wild.flow.close();
    await wild.die();
    await wild.start();
    expect((await outcomeOf(wild)).statuses).toEqual(expected.statuses);
    expect(wild.flow.figures()).toMatchObject({ liveFixes: 0, lateFixes: 0, events: 0, backlog: 0 });
  });

  it("knows every time it stored, settled or not, and names what it does not know", async () => {
    await using folder = await temporaryFolder();
    await using site = await new Site(folder.path).start();
    const positions = voyages(9).flat();
    const different = new Set(positions.map(({ device, time }) => `${device} ${time}`)).size;
    const submission: Submission = { workspace: "main", mode: "import", register: true, positions };
    const duplicate = positions.length - different;
    expect(await site.flow.intake.submit(submission)).toEqual({
      accepted: different,
      duplicate,
      unknown: [],
    });
    await site.die();
    await site.start();
    const shuffled = {
      ...submission,
      register: false,
      positions: [{ ...positions[0]!, device: "new" }, ...positions.toReversed()],
    };
    expect(await site.flow.intake.submit(shuffled)).toEqual({
      accepted: 0,
      duplicate: positions.length,
      unknown: [0],
    });
  });
});

import { describe, expect, it } from "vitest";
import { type Event, type LogEntry, type Position, Problem } from "#wire";
import { turn } from "./testing/fake-clock.ts";
import { seededRandom } from "./testing/seeded.ts";
import { at, square, START, World } from "./testing/world.ts";

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Everything a reader can see of a store, in one order. */
function seen(world: World): object {
  const { devices, fences, fixes } = world.storeDisk;
  return {
    devices: [...devices].sort(byKey).map(([key, text]) => [key, JSON.parse(text)]),
    fences: [...fences].sort(byKey),
    fixes: [...fixes].sort(byKey).map(([key, times]) => [key, [...times].sort(([a], [b]) => a - b)]),
    events: world.events,
  };
}

/** The same log, judged by one process from its beginning. */
async function judgedAtOnce(entries: readonly { readonly entry: LogEntry }[]): Promise<World> {
  const world = new World();
  world.logDisk.entries.push(...entries.map(({ entry }, index) => ({ offset: index + 1, entry })));
  await world.start();
  return world;
}

/** A few seconds of a random fleet: mostly forward, sometimes late, sometimes a jump. */
class Fleet {
  readonly sent: Position[] = [];
  readonly #random: () => number;
  readonly #clocks: Map<string, number> = new Map();

  constructor(random: () => number) {
    this.#random = random;
  }

  batch(): Position[] {
    return Array.from({ length: 1 + Math.floor(this.#random() * 6) }, () => this.#next());
  }

  #next(): Position {
    if (this.sent.length > 0 && this.#random() < 0.2)
      return this.sent[Math.floor(this.#random() * this.sent.length)]!;
    const device = `d${Math.floor(this.#random() * 4)}`;
    const now = this.#clocks.get(device) ?? 0;
    const late = this.#random() < 0.15;
    const seconds = late ? Math.floor(this.#random() * now) : now + 1 + Math.floor(this.#random() * 400);
    if (!late) this.#clocks.set(device, seconds);
    const far = this.#random() < 0.05 ? 40 : 0;
    const position = at(device, seconds, this.#random() * 0.4 + far, this.#random() * 0.4);
    this.sent.push(position);
    return position;
  }
}

const fences = [
  square("a", 0, 0, 0.2),
  square("b", 0.1, 0.1, 0.2),
  square("c", 0.3, 0, 0.1),
  square("d", 0, 0, 50),
];

describe("replay", () => {
  it("[FL26] cut at every entry and restarted, a run gives the same store, with the same event ids", async () => {
    const world = await World.open();
    const fleet = new Fleet(seededRandom(7));
    for (const [index, fence] of fences.entries()) {
      await world.pump(world.flow.editor.putFence(fence, "create"));
      for (let i = 0; i < 6; i++) await world.submit(fleet.batch());
      if (index === 2) await world.pump(world.flow.editor.deleteDevice("main", "d1"));
      if (index === 3) await world.pump(world.flow.editor.putFence(square("a", 0.1, 0, 0.2), "update"));
    }
    await world.pump(world.flow.editor.deleteFence("main", "d"));
    await world.quiet();
    const { entries } = world.logDisk;
    const whole = await judgedAtOnce(entries);
    expect(seen(whole)).toEqual(seen(world));
    expect(whole.events.length).toBeGreaterThan(20);
    for (let cut = 1; cut < entries.length; cut++) {
      const part = await judgedAtOnce(entries.slice(0, cut));
      part.logDisk.entries.push(...entries.slice(cut));
      await part.restart();
      expect(seen(part), `cut at ${cut}`).toEqual(seen(whole));
    }
  });

  it("[FL27] the log judged again from its beginning on top of its results adds no event", async () => {
    const world = await World.open();
    const fleet = new Fleet(seededRandom(11));
    for (const fence of fences) await world.pump(world.flow.editor.putFence(fence, "create"));
    for (let i = 0; i < 30; i++) await world.submit(fleet.batch());
    await world.quiet();
    const before = world.events;
    // A store that was put back to an older offset, though its tables are newer, as after a torn backup.
    world.storeDisk.offset = 0;
    world.storeDisk.devices.clear();
    world.storeDisk.fences.clear();
    await world.restart();
    expect(world.events).toEqual(before);
  });

  it("[FL28] a hundred thousand devices are restored before the flow answers", async () => {
    const world = new World();
    for (let i = 0; i < 100_000; i++) {
      const fix = at(`v${i}`, 0, (i % 1_000) / 10, i / 2_000);
      const engine = {
        newest: fix.time,
        motion: { motion: "stopped", since: fix.time, lon: fix.lon, lat: fix.lat, at: fix.time },
        fence: { time: fix.time, lon: fix.lon, lat: fix.lat },
      };
      const status = {
        workspace: "main",
        device: fix.device,
        fix,
        motion: "stopped",
        motionSince: START,
        inside: [],
      };
      world.storeDisk.devices.set(fix.device, JSON.stringify({ status, engine }));
    }
    await world.start();
    expect(world.flow.latest.count("main")).toBe(100_000);
  });
});

const keyOf = ({ device, time }: Position): string => `${device}@${time}`;

/** What was ever logged, and what of it the deletions left; nothing may be logged while it is there already. */
function followLog(world: World): { readonly ever: ReadonlySet<string>; readonly kept: ReadonlySet<string> } {
  const ever = new Set<string>();
  const kept = new Set<string>();
  for (const { entry } of world.logDisk.entries) {
    if (entry.kind === "positions") {
      for (const key of entry.positions.map(keyOf)) {
        if (kept.has(key)) throw new Error(`${key} is let in twice`);
        ever.add(key);
        kept.add(key);
      }
    } else if (entry.kind === "device-delete") {
      for (const key of kept) if (key.startsWith(`${entry.device}@`)) kept.delete(key);
    }
  }
  return { ever, kept };
}

/** Clients, operators and misfortunes of one seed, all at random. */
class Turmoil {
  readonly acknowledged: Set<string> = new Set();
  readonly #world: World;
  readonly #random: () => number;
  readonly #fleet: Fleet;

  constructor(world: World, random: () => number) {
    this.#world = world;
    this.#random = random;
    this.#fleet = new Fleet(random);
  }

  async round(): Promise<void> {
    const { store } = this.#world;
    await this.#misfortune();
    if (this.#random() < 0.3) this.#edit();
    const gate = Promise.withResolvers<void>();
    if (this.#random() < 0.3) store.gate = gate.promise;
    const waiting = Array.from({ length: 1 + Math.floor(this.#random() * 4) }, () => this.#submit());
    if (this.#random() < 0.5) await turn();
    store.gate = undefined;
    gate.resolve();
    // A crash loses the answers of those who wait.
    if (this.#random() < 0.1) await this.#world.restart();
    else await this.#world.pump(Promise.all(waiting));
  }

  async #misfortune(): Promise<void> {
    const { log, store, clock } = this.#world;
    const dice = this.#random();
    if (dice < 0.08) await this.#world.restart();
    else if (dice < 0.16) log.failure = log.failure ? undefined : new Problem("storage_full", "no disk");
    else if (dice < 0.24) {
      store.failures = Math.floor(this.#random() * 3);
      store.failWhen = this.#random() < 0.5 ? "before" : "after";
    } else if (dice < 0.3) clock.advance(this.#random() * 200);
  }

  async #submit(): Promise<void> {
    const batch = this.#fleet.batch();
    const receipt = await this.#world.submit(batch).catch(() => undefined);
    if (receipt === undefined) return;
    if (receipt.accepted + receipt.duplicate !== batch.length) throw new Error("the receipt does not add up");
    for (const position of batch) this.acknowledged.add(keyOf(position));
  }

  /** It may fail, and a crash may lose its answer. */
  #edit(): void {
    const random = this.#random;
    const { editor } = this.#world.flow;
    const fence = fences[Math.floor(random() * fences.length)]!;
    const dice = random();
    let edit: Promise<unknown>;
    if (dice < 0.3) edit = editor.putFence(square(fence.id, random() * 0.3, random() * 0.3, 0.2), "update");
    else if (dice < 0.5) edit = editor.deleteFence("main", fence.id);
    else if (dice < 0.7) edit = editor.putFence(fence, "create");
    else edit = editor.deleteDevice("main", `d${Math.floor(random() * 4)}`);
    edit.catch(() => undefined);
  }
}

describe("fuzz", () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 20, 21, 22, 1192];
  it.each(seeds)(
    "[FL29] no loss, no doubles, and the store of one undisturbed run (seed %i)",
    async (seed) => {
      const world = await World.open({ entryPositions: 3, maxUncommitted: 20 });
      for (const fence of fences) await world.pump(world.flow.editor.putFence(fence, "create"));
      const turmoil = new Turmoil(world, seededRandom(seed));
      for (let round = 0; round < 60; round++) await turmoil.round();
      world.log.failure = undefined;
      world.store.failures = 0;
      await world.quiet();

      const { ever, kept } = followLog(world);
      expect([...turmoil.acknowledged].filter((key) => !ever.has(key))).toEqual([]);
      const stored = [...world.storeDisk.fixes.values()].flatMap((times) => [...times.values()].map(keyOf));
      expect(new Set(stored)).toEqual(kept);
      expect(stored.length).toBe(kept.size);
      const whole = await judgedAtOnce(world.logDisk.entries);
      // Not their order: a commit that deletes, and whose answer was lost, numbers what follows the deletion anew.
      const byId = (a: Event, b: Event): number => (a.id < b.id ? -1 : 1);
      const facts = (of: World): object => ({ ...seen(of), events: of.events.sort(byId) });
      expect(facts(whole)).toEqual(facts(world));
    },
  );
});

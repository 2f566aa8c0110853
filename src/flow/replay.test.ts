import { describe, expect, it } from "vitest";
import type { LogEntry, Position } from "#wire";
import { turn } from "./testing/fake-clock.ts";
import { at, square, START, World } from "./testing/world.ts";

/** mulberry32: 0 ≤ x < 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Everything a reader can see of a store, in one order. */
function seen(world: World): unknown {
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
    const fleet = new Fleet(seeded(7));
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
    const fleet = new Fleet(seeded(11));
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

  it("[FL28] a hundred thousand devices are restored in well under two seconds", async () => {
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
    // Processor time: the machine may have other things to do.
    const before = process.threadCpuUsage();
    await world.start();
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
    expect(world.flow.latest.count("main")).toBe(100_000);
  });
});

describe("fuzz", () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 20, 21, 22, 23];
  it.each(seeds)(
    "[FL29] nothing acknowledged is missing, nothing is let in twice, events are those of one run (seed %i)",
    async (seed) => {
      const random = seeded(seed);
      const world = await World.open({ entryPositions: 3, maxUncommitted: 20 });
      const fleet = new Fleet(random);
      const acknowledged = new Set<string>();
      const key = ({ device, time }: Position): string => `${device}@${time}`;
      let accepted = 0;
      for (const fence of fences) await world.pump(world.flow.editor.putFence(fence, "create"));

      const submit = async (): Promise<void> => {
        const batch = fleet.batch();
        const receipt = await world.submit(batch).catch(() => undefined);
        if (receipt === undefined) return;
        expect(receipt.accepted + receipt.duplicate).toBe(batch.length);
        accepted += receipt.accepted;
        for (const position of batch) acknowledged.add(key(position));
      };
      for (let round = 0; round < 60; round++) {
        const dice = random();
        if (dice < 0.08) await world.restart();
        else if (dice < 0.16)
          world.log.failure = world.log.failure ? undefined : (new Error("no disk") as never);
        else if (dice < 0.24) {
          world.store.failures = Math.floor(random() * 3);
          world.store.failWhen = random() < 0.5 ? "before" : "after";
        } else if (dice < 0.3) world.clock.advance(random() * 200);
        const gate = Promise.withResolvers<void>();
        if (random() < 0.3) world.store.gate = gate.promise;
        const waiting = Array.from({ length: 1 + Math.floor(random() * 4) }, submit);
        if (random() < 0.5) await turn();
        world.store.gate = undefined;
        gate.resolve();
        // A crash loses the answers of those who wait; the clients send again.
        if (random() < 0.1) await world.restart();
        else await world.pump(Promise.all(waiting));
      }
      world.log.failure = undefined;
      world.store.failures = 0;
      await world.quiet();

      const logged: string[] = world.logDisk.entries.flatMap(({ entry }) =>
        entry.kind === "positions" ? entry.positions.map(key) : [],
      );
      expect(new Set(logged).size).toBe(logged.length);
      expect(accepted).toBeLessThanOrEqual(logged.length);
      expect([...acknowledged].filter((one) => !logged.includes(one))).toEqual([]);
      const stored = [...world.storeDisk.fixes.values()].flatMap((times) => [...times.values()].map(key));
      expect(stored.sort()).toEqual([...logged].sort());
      expect(seen(await judgedAtOnce(world.logDisk.entries))).toEqual(seen(world));
    },
  );
});

import { describe, expect, it } from "vitest";
import type { WatchDraft } from "#ports";
import type { Event } from "#wire";
import { seededRandom } from "./testing/seeded.ts";
import { at, square, START, World } from "./testing/world.ts";

const yard = { ...square("yard", 0, 0), dwellSeconds: 60 };

async function open(...watches: WatchDraft[]): Promise<World> {
  const world = await World.open();
  await world.pump(world.flow.editor.putFence(yard, "create"));
  for (const watch of watches) await world.pump(world.flow.editor.putWatch(watch, "create"));
  return world;
}

const watch = (id: string, kind: Record<string, unknown>): WatchDraft =>
  ({ id, workspace: "main", name: id, ...kind }) as unknown as WatchDraft;

/** Type and time, in seconds from the start, of each event, in the order of the feed. */
const short = (world: World): [string, number][] =>
  world.events.map(({ type, time }) => [type, Math.round((time - START) / 1_000)]);

/** Lets the server's time come to so many seconds after the start. */
async function until(world: World, seconds: number): Promise<void> {
  while (world.clock.now() < START + seconds * 1_000) {
    world.clock.advance(100);
    await world.quiet();
  }
}

describe("watches and timers", () => {
  it("[FL39] a dwell is raised without a fix, within a second, with its deadline as its time, and once", async () => {
    const world = await open();
    await until(world, 20);
    await world.submit([at("van", 10, -0.5, 0.5), at("van", 20, 0.5, 0.5)]);
    await until(world, 74);
    expect(short(world)).toEqual([["enter", 15]]);
    await until(world, 76);
    expect(short(world).slice(1)).toEqual([["dwell", 75]]);
    const [enter, dwell] = world.events;
    expect(dwell).toMatchObject({ fence: "yard", fenceVersion: 1, fix: enter!.fix });
    expect(dwell!.detectedAt - dwell!.time).toBeLessThan(1_000);
    await world.submit([at("van", 80, 0.5, 0.5), at("van", 85, 0.6, 0.5)]);
    await until(world, 90);
    expect(world.events).toHaveLength(2);
  });

  it("[FL39] a timer survives a restart, and fires though it fell due while nobody ran", async () => {
    const world = await open();
    await until(world, 20);
    await world.submit([at("van", 20, 0.5, 0.5)]);
    await world.quiet();
    world.crash();
    world.clock.advance(100_000);
    await world.restart();
    await until(world, 125);
    expect(short(world)).toEqual([
      ["enter", 20],
      ["dwell", 80],
    ]);
  });

  it("[FL40] what a timer has raised and a fix disproves that was on its way is withdrawn", async () => {
    const world = await open(watch("quiet", { kind: "silent", seconds: 30 }));
    await until(world, 20);
    await world.submit([at("van", 20, 0.5, 0.5)]);
    await until(world, 82);
    expect(short(world)).toEqual([
      ["enter", 20],
      ["silent", 50],
      ["dwell", 80],
    ]);
    await world.submit([at("van", 40, 1.5, 0.5)]);
    await world.quiet();
    expect(
      world.events.filter(({ withdrawnAt }) => withdrawnAt !== undefined).map(({ type }) => type),
    ).toEqual(["silent", "dwell"]);
    expect(world.events.filter(({ type }) => type === "withdrawn")).toHaveLength(2);
  });

  it("[FL41] a device that sends what it recorded earlier has its own time, and imports arm no timers", async () => {
    const world = await open(watch("quiet", { kind: "silent", seconds: 30 }));
    await until(world, 1_000);
    await world.submit([at("old", 100, 0.5, 0.5)]);
    await world.submit([at("imported", 990, 0.5, 0.5)], { mode: "import" });
    await until(world, 1_020);
    expect(short(world).map(([type]) => type)).toEqual(["enter", "enter"]);
    await world.submit([at("old", 125, 0.5, 0.5)]);
    await until(world, 1_040);
    expect(world.events.filter(({ type }) => type === "silent")).toEqual([]);
    await until(world, 1_052);
    expect(world.events.filter(({ type }) => type === "silent")).toMatchObject([
      { device: "old", time: START + 155_000, watch: "quiet" },
    ]);
    await until(world, 1_300);
    expect(new Set(world.events.map(({ device, type }) => `${device} ${type}`))).toEqual(
      new Set(["old enter", "imported enter", "old silent", "old dwell"]),
    );
  });

  it("[FL42] overspeed, in a fence and anywhere, and motion", async () => {
    const world = await open(
      watch("fast", { kind: "overspeed", speed: 20, seconds: 10 }),
      watch("fast-in-yard", { kind: "overspeed", speed: 10, seconds: 0, fence: "yard" }),
      watch("motion", { kind: "motion", devices: ["van"] }),
    );
    const positions = [0, 5, 10, 15].map((second) =>
      at("van", second, -0.01 + second / 1_000, 0.5, { speed: second === 0 ? 0 : 25 }),
    );
    await world.submit(positions);
    await world.quiet();
    expect(short(world)).toEqual([
      ["enter", 10],
      ["overspeed", 10],
      ["overspeed", 15],
      ["moving", 5],
    ]);
    expect(world.events.map(({ watch: by }) => by)).toEqual([undefined, "fast-in-yard", "fast", "motion"]);
  });

  it("[FL43] absent: not inside by a time of the week, on the clocks of a zone", async () => {
    // The start is a Tuesday, 22:13:20 UTC; half past ten in the evening is 23:30 in Paris.
    const by = { kind: "absent", fence: "yard", days: ["tue"], by: "23:30", timeZone: "Europe/Paris" };
    const world = await open(watch("home", by));
    await world.submit([at("ann", 0, 0.5, 0.5), at("bob", 0, -0.5, 0.5), at("eve", 0, -0.5, 0.5)]);
    await world.submit([at("eve", 900, 0.5, 0.5)]);
    await until(world, 1_002);
    expect(world.events.filter(({ type }) => type === "absent")).toMatchObject([
      { device: "bob", time: START + 1_000_000, fence: "yard", watch: "home" },
    ]);
  });

  it("[FL44] a watch that is made when a device has been silent for long says nothing of it", async () => {
    const world = await open();
    await until(world, 20);
    await world.submit([at("dead", 0, 5, 5), at("live", 20, 5, 5)]);
    await until(world, 40);
    await world.pump(world.flow.editor.putWatch(watch("quiet", { kind: "silent", seconds: 30 }), "create"));
    await until(world, 60);
    expect(world.events.map(({ device, type }) => `${device} ${type}`)).toEqual(["live silent"]);
  });

  it("[FL45] a fence raises events of its own devices, in its own hours, and counts everybody who is in it", async () => {
    const world = await World.open();
    const hours = [{ days: ["tue"], from: "22:00", to: "22:15" }] as const;
    const fence = { ...square("night", 0, 0), groups: ["vans"], schedule: { timeZone: "UTC", hours } };
    await world.pump(world.flow.editor.putFence(fence, "create"));
    await world.submit([at("van", 0, -0.5, 0.5), at("car", 0, -0.5, 0.5)]);
    await world.quiet();
    await world.pump(world.flow.editor.setGroups("main", "van", ["vans", "blue", "vans"]));
    await world.submit([at("van", 60, 0.5, 0.5), at("car", 60, 0.5, 0.5)]);
    await world.submit([at("van", 200, -0.5, 0.5), at("car", 200, -0.5, 0.5)]);
    await world.quiet();
    expect(world.events.map(({ device, type }) => `${device} ${type}`)).toEqual(["van enter"]);
    expect(world.flow.latest.get("main", "van")?.groups).toEqual(["blue", "vans"]);
    await world.restart();
    expect(world.flow.latest.get("main", "van")?.groups).toEqual(["blue", "vans"]);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "[FL46] in whatever order fixes come within the horizon, and however often timers fire between them, the same stands (seed %i)",
    async (seed) => {
      const watches = [
        watch("quiet", { kind: "silent", seconds: 45 }),
        watch("fast", { kind: "overspeed", speed: 3_000, seconds: 20 }),
        watch("motion", { kind: "motion" }),
        watch("home", {
          kind: "absent",
          fence: "yard",
          days: ["tue"],
          by: "22:20",
          from: "22:15",
          timeZone: "UTC",
        }),
      ];
      const random = seededRandom(seed);
      let second = 0;
      const track = Array.from({ length: 40 }, () => {
        second += 2 + Math.floor(random() * 25) + (random() < 0.1 ? 60 : 0);
        return at("van", second, random() * 2 - 0.5, random() * 2 - 0.5, { speed: random() * 4_000 });
      });
      const ordered = await open(...watches);
      await until(ordered, 2_000);
      await ordered.submit(track);
      await until(ordered, 4_000);
      const shuffled = await open(...watches);
      const feed = track
        .map((position) => ({ position, arrives: position.time + random() * 50_000 }))
        .toSorted((a, b) => a.arrives - b.arrives);
      for (const { position, arrives } of feed) {
        await until(shuffled, (arrives - START) / 1_000);
        await shuffled.submit([position]);
        if (random() < 0.05) await shuffled.restart();
      }
      await until(shuffled, 4_000);
      const truth = (world: World): string[] => {
        const stands = ({ type, withdrawnAt }: Event): boolean =>
          withdrawnAt === undefined && type !== "withdrawn" && type !== "revised";
        return world.events
          .filter(stands)
          .map(({ type, fence, watch: by, time, fix }) => JSON.stringify([type, fence, by, time, fix]))
          .sort();
      };
      expect(truth(shuffled)).toEqual(truth(ordered));
      expect(new Set(ordered.events.map(({ type }) => type)).size).toBeGreaterThan(3);
    },
  );
});

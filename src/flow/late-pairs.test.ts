import { describe, expect, it } from "vitest";
import type { Event, Position } from "#wire";
import { seededRandom } from "./testing/seeded.ts";
import { at, square, START, World } from "./testing/world.ts";

const devices = ["a", "b", "c", "d", "e"];

/** A device that goes about a town of 20 km, at times that are anything but even, and stands still now and then. */
function wander(random: () => number, device: string, count: number): Position[] {
  let [lon, lat, second] = [random() * 0.2, random() * 0.2, 0];
  let moves = true;
  return Array.from({ length: count }, () => {
    second += 1 + Math.floor(random() * 60);
    if (random() < 0.08) moves = !moves;
    if (moves) {
      lon = Math.min(0.2, Math.max(0, lon + (random() - 0.5) * 0.06));
      lat = Math.min(0.2, Math.max(0, lat + (random() - 0.5) * 0.06));
    }
    // Now and then a jump that nothing real could make.
    return at(device, second, lon + (random() < 0.03 ? 30 : 0), lat);
  });
}

/** Each position moves up to `reach` seconds later in the order of arrival. */
const delay = (random: () => number, positions: readonly Position[], reach: number): Position[] =>
  positions
    .map((position) => ({ position, arrives: position.time + random() * reach * 1_000 }))
    .toSorted((x, y) => x.arrives - y.arrives)
    .map(({ position }) => position);

/** What stands of two devices, without how and when it was found. */
function truth(world: World): string[] {
  return world.events
    .filter(
      ({ type, withdrawnAt }) => (type === "proximity" || type === "apart") && withdrawnAt === undefined,
    )
    .map(({ device, type, other, watch, time, fix, lon, lat }) =>
      JSON.stringify({ device, type, other, watch, time, fix, lon, lat }),
    )
    .sort();
}

async function open(): Promise<World> {
  const world = await World.open({ entryPositions: 7 });
  const proximity = { workspace: "main", kind: "proximity", radius: 3_000, exitMargin: 500 } as const;
  const { editor } = world.flow;
  await world.pump(editor.putWatch({ ...proximity, id: "all", name: "all" }, "create"));
  const two = { devices: ["a", "b"], others: { devices: ["c", "d", "e"] }, radius: 1_500 };
  await world.pump(editor.putWatch({ ...proximity, id: "two", name: "two", ...two }, "create"));
  return world;
}

describe("late fixes and pairs", () => {
  it.each(Array.from({ length: Number(process.env["SEEDS"] ?? 8) }, (_, i) => i + 1))(
    "[FL52] in whatever order fixes of several devices come within the horizon, the same stands of them (seed %i)",
    async (seed) => {
      const random = seededRandom(seed);
      const all = devices.flatMap((device) => wander(random, device, 60));
      const ordered = await open();
      await ordered.submit(all.toSorted((x, y) => x.time - y.time || (x.device < y.device ? -1 : 1)));
      await ordered.quiet();
      const shuffled = await open();
      const feed = delay(random, all, random() < 0.5 ? 60 : 540);
      while (feed.length > 0) {
        const part = feed.splice(0, 1 + Math.floor(random() * 12));
        await shuffled.pump(shuffled.submit(part));
        if (random() < 0.3) await shuffled.quiet();
        if (random() < 0.05) await shuffled.restart();
      }
      await shuffled.quiet();
      expect(truth(shuffled)).toEqual(truth(ordered));
      const ids = shuffled.events.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  const kinds = (events: readonly Event[]): string[] =>
    events.map(({ type, device, other, late, withdrawnAt }) =>
      [type, device, other, late === true ? "late" : "", withdrawnAt === undefined ? "" : "gone"]
        .join(" ")
        .trim(),
    );

  it("[FL52] a late fix that shows that two did not meet takes back what was said of them", async () => {
    const world = await open();
    const moving = { speed: 150 };
    // b seems to pass a; in truth it went round.
    await world.submit([
      at("a", 0, 0.1, 0.1),
      at("b", 0, 0, 0.1, moving),
      at("a", 250, 0.1, 0.1),
      at("b", 250, 0.2, 0.1, moving),
    ]);
    await world.quiet();
    expect(kinds(world.events)).toEqual(["proximity a b", "apart a b"]);
    await world.submit([at("b", 100, 0.1, 0.2, moving)]);
    await world.quiet();
    expect(kinds(world.events)).toEqual([
      "proximity a b  gone",
      "apart a b  gone",
      "withdrawn a b late",
      "withdrawn a b late",
    ]);
    // Another one says that it did meet, after all.
    await world.submit([at("b", 160, 0.1, 0.101, moving)]);
    await world.quiet();
    expect(kinds(world.events).slice(4)).toEqual(["proximity a b late", "apart a b late"]);
    expect(world.events[4]).toMatchObject({ fix: START + 160_000, other: "b" });
  });

  it("[FL52] a moved meeting keeps its id and is revised, also after a restart", async () => {
    const world = await open();
    await world.submit([
      at("a", 0, 0.1, 0.1),
      at("b", 0, 0, 0.1),
      at("a", 100, 0.1, 0.1),
      at("b", 100, 0.1, 0.1),
    ]);
    await world.quiet();
    await world.restart();
    await world.submit([at("b", 50, 0.02, 0.1)]);
    await world.quiet();
    const [proximity, revised, ...more] = world.events;
    expect(more).toEqual([]);
    expect(revised).toMatchObject({ type: "revised", revises: proximity!.id, other: "b", late: true });
    expect(proximity!.time).toBeGreaterThan(START + 80_000);
  });

  it("[FL52] of what a device deleted meanwhile did with others nothing is said", async () => {
    const world = await open();
    await world.submit([
      at("a", 0, 0.1, 0.1),
      at("b", 0, 0, 0.1),
      at("a", 100, 0.1, 0.1),
      at("b", 100, 0.2, 0.1),
    ]);
    await world.quiet();
    await world.pump(world.flow.editor.deleteDevice("main", "a"));
    await world.submit([at("b", 50, 0.1, 0.2)]);
    await world.quiet();
    expect(kinds(world.events)).toEqual([]);
  });

  it("[FL35] nothing behind an edit is judged again of two devices", async () => {
    const world = await open();
    await world.submit([
      at("a", 0, 0.1, 0.1),
      at("b", 0, 0, 0.1),
      at("a", 100, 0.1, 0.1),
      at("b", 100, 0.2, 0.1),
    ]);
    await world.quiet();
    await world.pump(world.flow.editor.putFence(square("f", 0.5, 0.5, 0.1), "create"));
    await world.submit([at("b", 50, 0.1, 0.2)]);
    await world.quiet();
    expect(kinds(world.events)).toEqual(["proximity a b", "apart a b"]);
  });
});

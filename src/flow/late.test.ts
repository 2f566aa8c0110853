import { describe, expect, it } from "vitest";
import type { Event, Position } from "#wire";
import { seededRandom } from "./testing/seeded.ts";
import { at, square, START, World } from "./testing/world.ts";

const layered = { exitMargin: 3_000, useAccuracy: true, confirmFixes: 3, confirmSeconds: 200 };
const fences = [
  square("a", 0, 0, 0.2),
  square("b", 0.1, 0.1, 0.2),
  square("c", 0.25, 0, 0.1),
  square("d", 0, 0.25, 0.05),
  { ...square("e", 0.05, 0.05, 0.25), ...layered, dwellSeconds: 90 },
  { ...square("f", 0.2, 0.1, 0.15), ...layered, exitMargin: 0, confirmSeconds: 0 },
];

/** A device that wanders about the fences, at times that are anything but even. */
function wander(random: () => number, device: string, count: number): Position[] {
  let [lon, lat, second] = [random() * 0.3, random() * 0.3, 0];
  return Array.from({ length: count }, () => {
    second += 1 + Math.floor(random() * 60);
    lon = Math.min(0.4, Math.max(-0.1, lon + (random() - 0.5) * 0.1));
    lat = Math.min(0.4, Math.max(-0.1, lat + (random() - 0.5) * 0.1));
    // Now and then a jump that nothing real could make.
    const off = random() < 0.04 ? 30 : 0;
    const reported = random() < 0.3 ? { speed: random() * 30, course: random() * 359 } : {};
    return at(device, second, lon + off, lat, { ...reported, accuracy: random() * 4_000 });
  });
}

/** Each position moves up to `reach` seconds later in the order of arrival. */
function delay(random: () => number, positions: readonly Position[], reach: number): Position[] {
  return positions
    .map((position) => ({ position, arrives: position.time + random() * reach * 1_000 }))
    .toSorted((a, b) => a.arrives - b.arrives)
    .map(({ position }) => position);
}

/** What is true at the end: every event that stands, without how and when it was found. */
function truth(world: World): unknown[] {
  const stands = ({ type, withdrawnAt }: Event): boolean =>
    withdrawnAt === undefined && type !== "withdrawn" && type !== "revised";
  const standing = world.events.filter(stands).map((event) => {
    const { device, type, fence, fenceVersion, time, fix, lon, lat, reason } = event;
    return { device, type, fence, fenceVersion, time, fix, lon, lat, reason };
  });
  return standing.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function open(of = fences.slice(0, 4)): Promise<World> {
  const world = await World.open({ entryPositions: 7 });
  for (const fence of of) await world.pump(world.flow.editor.putFence(fence, "create"));
  return world;
}

describe("late fixes", () => {
  it.each(Array.from({ length: Number(process.env["SEEDS"] ?? 12) }, (_, i) => i + 1))(
    "[FL32] a track that arrives in any order within the horizon ends in the events of the ordered one (seed %i)",
    async (seed) => {
      const random = seededRandom(seed);
      const tracks = ["x", "y", "z"].map((device) => wander(random, device, 100));
      const ordered = await open(fences);
      for (const track of tracks) {
        await ordered.submit(track);
        await ordered.quiet();
      }
      const shuffled = await open(fences);
      const feed = delay(random, tracks.flat(), 580);
      while (feed.length > 0) {
        const part = feed.splice(0, 1 + Math.floor(random() * 12));
        // Some are sent twice.
        const again = part.filter(() => random() < 0.1);
        await shuffled.pump(shuffled.submit([...part, ...again]));
        if (random() < 0.3) await shuffled.quiet();
        if (random() < 0.05) await shuffled.restart();
      }
      await shuffled.quiet();
      expect(truth(shuffled)).toEqual(truth(ordered));
      const { latest } = shuffled.flow;
      for (const device of ["x", "y", "z"]) {
        const { seenAt: _, ...status } = latest.get("main", device)!;
        const { seenAt: __, ...expected } = ordered.flow.latest.get("main", device)!;
        expect(status).toEqual(expected);
      }
      const ids = shuffled.events.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  it("[FL32] what a late fix disproves is withdrawn, and the withdrawal follows in the feed", async () => {
    const world = await open();
    await world.submit([at("van", 0, -0.05, 0.05), at("van", 100, 0.05, 0.05), at("van", 200, 0.06, 0.05)]);
    await world.quiet();
    const [enter] = world.events;
    expect(enter).toMatchObject({ type: "enter", fence: "a", fix: START + 100_000 });
    await world.submit([at("van", 90, 0.04, 0.05)]);
    await world.quiet();
    const events = world.events;
    expect(events[0]).toMatchObject({ id: enter!.id, withdrawnAt: events[1]!.detectedAt });
    expect(events[1]).toMatchObject({ type: "withdrawn", withdraws: enter!.id, late: true, fence: "a" });
    expect(events[2]).toMatchObject({ type: "enter", fix: START + 90_000, late: true });
    expect(events).toHaveLength(3);
  });

  it("[FL33] a late fix that moves only the interpolated time revises the event and keeps its id", async () => {
    const world = await open();
    await world.submit([at("van", 0, -0.05, 0.05), at("van", 100, 0.05, 0.05)]);
    await world.submit([at("van", 50, -0.04, 0.05)]);
    await world.quiet();
    const [enter, revised, ...rest] = world.events;
    expect(rest).toEqual([]);
    expect(revised).toMatchObject({
      type: "revised",
      revises: enter!.id,
      fix: enter!.fix,
      time: enter!.time,
    });
    expect(enter!.time).toBeGreaterThan(START + 70_000);
    expect(enter!.withdrawnAt).toBeUndefined();
  });

  it("[FL34] what was withdrawn and becomes true again is a new event, one generation on", async () => {
    const world = await open();
    // In, out, in: the first stay is disproved by what comes later, and proved by what comes later still.
    await world.submit([at("van", 0, -0.05, 0.05), at("van", 100, 0.05, 0.05), at("van", 300, 0.05, 0.06)]);
    await world.submit([at("van", 95, 0.05, 0.04)]);
    await world.submit([at("van", 97, -0.05, 0.04)]);
    await world.quiet();
    const enters = world.events.filter(({ type, fix }) => type === "enter" && fix === START + 100_000);
    expect(enters.map(({ generation, withdrawnAt }) => [generation, withdrawnAt !== undefined])).toEqual([
      [undefined, true],
      [1, false],
    ]);
    expect(new Set(enters.map(({ id }) => id)).size).toBe(2);
  });

  it("[FL35] nothing behind an edit is judged again", async () => {
    const world = await open();
    await world.submit([at("van", 0, -0.05, 0.05), at("van", 100, -0.05, 0.06)]);
    await world.quiet();
    await world.pump(world.flow.editor.putFence(square("e", 0.5, 0.5, 0.1), "create"));
    await world.submit([at("van", 50, 0.05, 0.05)]);
    await world.quiet();
    expect(world.events).toEqual([]);
    await world.submit([at("van", 200, -0.05, 0.05), at("van", 150, 0.05, 0.05)]);
    await world.quiet();
    expect(world.events.map(({ type, fix }) => [type, (fix - START) / 1_000])).toEqual([
      ["enter", 150],
      ["exit", 200],
    ]);
  });

  it("[FL36] late fixes of one entry are judged together", async () => {
    const world = await open();
    await world.submit([at("van", 0, -0.05, 0.05), at("van", 100, -0.05, 0.06)]);
    // Each alone would give an event that the other takes back.
    await world.submit([at("van", 40, 0.05, 0.05), at("van", 60, 0.05, 0.06)]);
    await world.quiet();
    expect(world.events.map(({ type }) => type)).toEqual(["enter", "exit"]);
  });
});

import { describe, expect, it } from "vitest";
import { distance } from "#geo";
import { decodeCursor } from "#wire";
import { FakeLine } from "./testing/fake-line.ts";
import { homeAt, SharedStage, START } from "./testing/shared-stage.ts";
import { FrameTeller } from "./testing/ws-client.ts";
import { fixAt, WORKSPACE } from "./testing/world.ts";
import { decodeWatch } from "./watch.ts";

const WORLD = { bbox: [-180, -90, 180, 90], events: "all" };
const MINUTE = 60_000;

interface Body {
  readonly device: string;
  readonly time: string;
  readonly lon: number;
  readonly lat: number;
}

/** What a client has on its map after everything that it was told. */
const shown = (line: FakeLine, on: Map<string, Body> = new Map()): Map<string, Body> => {
  for (const { positions, gone, snapshot } of line.take("positions")) {
    if (snapshot) on.clear();
    for (const position of positions) on.set(position.device, position);
    for (const device of gone) on.delete(device);
  }
  return on;
};

describe("what a link shows", () => {
  it("[AC15] has other names, no attributes, no events and no notices, and its cursor tells nothing", async () => {
    const stage = new SharedStage({ what: { groups: ["north"] } });
    stage.names.set("a", "Line 7");
    stage.world.regroup("a", "north");
    stage.world.regroup("b", "south");
    stage.move("a", 2, 48);
    stage.move("b", 2, 48);
    stage.world.happen([2, 48]);
    const { line } = await stage.join(WORLD);
    stage.world.happen([2, 48]);
    stage.putFence({ ...homeAt(50, 50, 5), home: undefined } as never);
    stage.world.deleteDevice("b");
    await stage.pass(200);
    expect(line.told.map(({ name }) => name).sort()).toEqual(["names", "names", "positions", "positions"]);
    const first = line.told.find(({ name }) => name === "positions");
    expect(decodeCursor(first?.id ?? "")).toMatchObject({ seq: 0 });
    const names = line.take("names");
    expect(names).toEqual([{ names: [] }, { names: [{ device: "x-a", name: "Line 7" }] }]);
    const [position] = shown(line).values();
    expect(position).toEqual({
      device: "x-a",
      time: "2026-05-01T00:00:00.000Z",
      lon: 2,
      lat: 48,
      speed: 5,
      course: 90,
    });
  });

  it("[AC15] [LA7] does not go on from a cursor: the feed is none of its business", async () => {
    const stage = new SharedStage({});
    stage.world.happen([2, 48], [2, 48]);
    stage.move("a", 2, 48);
    const { line } = await stage.join({ ...WORLD, cursor: "1.zzz.1" });
    expect(line.told.map(({ name }) => name)).not.toContain("reset");
    expect(line.take("event")).toEqual([]);
  });

  it("[AC15] calls a device without a name by a part of its alias, and follows its name", async () => {
    const stage = new SharedStage({});
    stage.move("a", 2, 48);
    const { line } = await stage.join(WORLD);
    expect(line.take("names").at(-1)).toEqual({ names: [{ device: "x-a", name: "Device x-a" }] });
    const label = { name: "Bo" };
    stage.names.set("a", "Bo");
    stage.world.publish({ kind: "device-described", workspace: WORKSPACE, device: "a", label });
    stage.world.publish({ kind: "device-described", workspace: WORKSPACE, device: "b", label });
    expect(line.take("names")).toEqual([{ names: [{ device: "x-a", name: "Bo" }] }]);
    const later = await stage.join(WORLD);
    expect(later.line.take("names")).toEqual([{ names: [{ device: "x-a", name: "Bo" }] }]);
  });

  it("[AC13] follows groups, the maker's limits and the terms while it is watched", async () => {
    const stage = new SharedStage({ what: { groups: ["north"] } });
    for (const device of ["a", "b"]) {
      stage.world.regroup(device, "north/vans");
      stage.move(device, 2, 48);
    }
    const { line } = await stage.join(WORLD);
    const on = shown(line);
    expect([...on.keys()]).toEqual(["x-a", "x-b"]);
    stage.world.regroup("b", "south");
    await stage.pass(200);
    expect([...shown(line, on).keys()]).toEqual(["x-a"]);
    stage.world.regroup("b", "north");
    await stage.pass(200);
    expect([...shown(line, on).keys()]).toEqual(["x-a", "x-b"]);
    stage.change({ what: { groups: ["north"] } }, ["north/vans"]);
    await stage.pass(200);
    expect([...shown(line, on).keys()]).toEqual(["x-a"]);
    stage.world.deleteDevice("a");
    await stage.pass(200);
    expect([...shown(line, on).keys()]).toEqual([]);
    expect(new Set(line.told.map(({ name }) => name))).toEqual(new Set(["names"]));
  });

  it("[AC14] is gone first and then over, once it is revoked", async () => {
    const stage = new SharedStage({});
    stage.move("a", 2, 48);
    const { line } = await stage.join(WORLD);
    shown(line);
    line.take("names");
    stage.revoke();
    stage.move("a", 3, 48);
    await stage.pass(500);
    expect(line.told.map(({ name }) => name)).toEqual(["positions", "end"]);
    expect(line.take("positions")).toMatchObject([{ positions: [], gone: ["x-a"] }]);
    expect(line.take("end")).toMatchObject([{ reason: "revoked", comeBack: false }]);
    expect(line.ended).toEqual({ comeBack: false });
    expect(stage.watched).toBe(0);
  });

  it("[AC14] [LA7] costs nothing once nobody has looked for a minute, and members keep their place", async () => {
    const stage = new SharedStage({}, { maxGuests: 1 });
    const { viewer } = await stage.join(WORLD);
    await expect(stage.join(WORLD)).rejects.toMatchObject({ code: "overloaded" });
    expect(() => stage.hub.join({ workspace: WORKSPACE }, viewer.line)).not.toThrow();
    stage.hub.leave(viewer);
    await stage.pass(60_000);
    expect(stage.watched).toBe(0);
    await stage.join(WORLD);
    expect(stage.watched).toBe(1);
  });

  it("[AC16] is empty before it begins, and of a trip the last position of it", async () => {
    const stage = new SharedStage({ from: START + MINUTE });
    stage.move("a", 2, 48);
    const { line } = await stage.join(WORLD);
    expect(shown(line).size).toBe(0);
    await stage.pass(MINUTE);
    stage.move("a", 2.01, 48);
    await stage.pass(200);
    expect([...shown(line).values()]).toMatchObject([{ lon: 2.01 }]);

    const trip = new SharedStage({
      what: { trip: { device: "a", from: START - 60 * MINUTE, to: START - 30 * MINUTE } },
    });
    trip.move("a", 2, 48, START - 40 * MINUTE);
    trip.move("a", 2.1, 48, START - 31 * MINUTE);
    trip.move("a", 2.2, 48, START - 10 * MINUTE);
    const over = await trip.join(WORLD);
    await trip.pass(200);
    trip.move("a", 2.3, 48);
    await trip.pass(200);
    expect([...shown(over.line).values()]).toMatchObject([{ lon: 2.1 }]);
  });
});

describe("a delayed link", () => {
  it("[AC16] begins with where things were, goes on as late, and its snapshots are as old", async () => {
    const stage = new SharedStage({ delaySeconds: 600 });
    for (const minute of [-20, -12, -8, -4, 0]) {
      stage.move("a", 2 + minute / 1000, 48, START + minute * MINUTE);
    }
    const { line } = await stage.join(WORLD);
    await stage.pass(200);
    const on = shown(line);
    expect(on.get("x-a")).toMatchObject({ lon: 1.988 });
    await stage.pass(3 * MINUTE);
    expect(shown(line, on).get("x-a")).toMatchObject({ lon: 1.992 });
    const later = await stage.join(WORLD);
    expect(shown(later.line).get("x-a")).toMatchObject({ lon: 1.992 });
    await stage.pass(7 * MINUTE);
    expect(shown(line, on).get("x-a")).toMatchObject({ lon: 2 });
  });

  it("[AC16] takes what is deleted, or may not be seen any more, off at once", async () => {
    const stage = new SharedStage({ what: { groups: ["north"] }, delaySeconds: 600 });
    stage.world.regroup("a", "north");
    stage.move("a", 2, 48, START - 20 * MINUTE);
    const { line } = await stage.join(WORLD);
    await stage.pass(200);
    const on = shown(line);
    expect(on.size).toBe(1);
    stage.world.regroup("a", "south");
    await stage.pass(200);
    expect(shown(line, on).size).toBe(0);
  });

  it("[AC16] of an area begins with what lies in it now, and shows what comes into it", async () => {
    const stage = new SharedStage({ what: { area: [0, 40, 10, 50] }, delaySeconds: 60 });
    stage.move("in", 2, 48, START - 5 * MINUTE);
    stage.move("out", 20, 48, START - 5 * MINUTE);
    const { line } = await stage.join(WORLD);
    await stage.pass(200);
    const on = shown(line);
    expect([...on.keys()]).toEqual(["x-in"]);
    stage.move("out", 3, 48);
    stage.move("in", 20, 48);
    await stage.pass(30_000);
    expect([...shown(line, on).keys()]).toEqual(["x-in"]);
    await stage.pass(32_000);
    expect([...shown(line, on).keys()]).toEqual(["x-out"]);
  });
});

describe("a blurred link", () => {
  it("[AC17] is matched by the blurred place: a small box around the true one holds nothing", async () => {
    const stage = new SharedStage({ blurMeters: 5_000 });
    stage.move("a", 2.3456, 48.1234);
    const everywhere = await stage.join(WORLD);
    const at = shown(everywhere.line).get("x-a")!;
    const away = distance(at.lon, at.lat, 2.3456, 48.1234);
    expect(away).toBeGreaterThan(10);
    expect(at).not.toHaveProperty("speed");
    const around = ([lon, lat]: readonly [number, number]) => ({
      bbox: [lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4],
    });
    const near = await stage.join(around([2.3456, 48.1234]));
    expect(shown(near.line).size).toBe(0);
    const there = await stage.join(around([at.lon, at.lat]));
    expect(shown(there.line).size).toBe(1);
    const channels = await stage.join({ ...around([2.3456, 48.1234]), format: "binary", zoom: 19 });
    const teller = new FrameTeller(around([2.3456, 48.1234]).bbox);
    for (const told of channels.line.told.filter(({ name }) => name === "positions")) {
      expect(teller.tell(told.body)).toMatchObject({ positions: [] });
    }
  });
});

describe("a home zone", () => {
  it("[AC18] hides what goes into it, from those who watch and those who come, and what is in one that is drawn", async () => {
    const stage = new SharedStage({ what: { groups: ["north"] } });
    stage.putFence(homeAt(2, 48, 100));
    for (const device of ["a", "b"]) stage.world.regroup(device, "north");
    stage.move("a", 2.1, 48);
    stage.move("b", 2.2, 48);
    const { line } = await stage.join(WORLD);
    const on = shown(line);
    expect(on.size).toBe(2);
    stage.move("a", 2, 48);
    await stage.pass(200);
    expect([...shown(line, on).keys()]).toEqual(["x-b"]);
    expect([...shown((await stage.join(WORLD)).line).keys()]).toEqual(["x-b"]);
    stage.putFence(homeAt(2.2, 48, 100, "another"));
    await stage.pass(200);
    expect(shown(line, on).size).toBe(0);
    stage.fences.delete("another");
    stage.world.publish({ kind: "fence-deleted", workspace: WORKSPACE, fence: "another" });
    await stage.pass(200);
    expect([...shown(line, on).keys()]).toEqual(["x-b"]);
    stage.move("a", 2.1, 48);
    await stage.pass(200);
    expect([...shown(line, on).keys()].sort()).toEqual(["x-a", "x-b"]);
  });

  it("[AC16] [AC17] [AC18] holds with delay and blur, whatever moves: seeded", async () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const homes = [homeAt(2, 48, 150), homeAt(2.02, 48.01, 400, "other")];
    const stage = new SharedStage({ what: { groups: ["north"] }, delaySeconds: 30, blurMeters: 300 });
    for (const home of homes) stage.fences.set(home.id, home);
    const devices = ["a", "b", "c", "d"];
    for (const device of devices) stage.world.regroup(device, "north");
    const { line } = await stage.join(WORLD);
    const binary = await stage.join({ ...WORLD, format: "binary", zoom: 15 });
    const teller = new FrameTeller(WORLD.bbox);
    const places = new Set<string>();
    let told = 0;
    for (let step = 0; step < 300; step++) {
      for (const device of devices) {
        if (random() < 0.7) stage.move(device, 2 + (random() - 0.5) * 0.06, 48 + (random() - 0.5) * 0.06);
      }
      await stage.pass(Math.floor(random() * 2_000));
      if (step === 150) stage.change({ what: { groups: ["north"] }, delaySeconds: 31, blurMeters: 300 });
      const frames = [
        ...line.take("positions"),
        ...binary.line.take("positions").map((frame) => teller.tell(frame)),
      ];
      for (const { positions } of frames as { positions: Body[] }[]) {
        for (const { device, time, lon, lat } of positions) {
          told++;
          expect(device).toMatch(/^x-[abcd]$/);
          // Binary frames round times to their own steps.
          expect(Date.parse(time)).toBeLessThanOrEqual(stage.clock.now() - 30_000 + 10);
          for (const { geometry, radius = 0 } of homes) {
            const [x = 0, y = 0] = geometry.coordinates as number[];
            expect(distance(lon, lat, x, y)).toBeGreaterThan(radius);
          }
          places.add(`${lon.toFixed(3)} ${lat.toFixed(3)}`);
        }
      }
    }
    expect(told).toBeGreaterThan(300);
    // Cells of 300 m in a square of 4.4 by 6.7 km, and no place between them.
    expect(places.size).toBeLessThan(16 * 24);
  });
});

describe("members", () => {
  it("[AC15] see what they saw: a link changes nothing for them", async () => {
    const stage = new SharedStage({ blurMeters: 500 });
    await stage.join(WORLD);
    const line = new FakeLine();
    const viewer = stage.hub.join({ workspace: WORKSPACE }, line);
    stage.hub.watch(viewer, decodeWatch(WORLD));
    stage.world.move(fixAt("a", 2, 48));
    stage.world.happen([2, 48]);
    await stage.pass(200);
    expect([...shown(line).values()]).toMatchObject([{ device: "a", lon: 2, lat: 48 }]);
    expect(line.take("event")).toHaveLength(1);
    expect(line.take("names")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { eventId, Problem } from "#wire";
import { turn } from "./testing/fake-clock.ts";
import { at, square, START, World } from "./testing/world.ts";

const short = (world: World): string[] =>
  world.events.map(({ type, device, fence, reason }) =>
    [type, device, fence, reason].filter(Boolean).join(" "),
  );

/** A world with one fence over 0…1 degrees. */
async function withFence(): Promise<World> {
  const world = await World.open();
  await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create"));
  return world;
}

describe("flow", () => {
  it("[FL11] events carry the derived id, the interpolated time and the time of the log", async () => {
    const world = await withFence();
    const now = world.clock.now();
    await world.submit([at("bus", 0, -0.01, 0.5), at("bus", 100, 0.01, 0.5)]);
    await world.quiet();
    const [event] = world.events;
    expect(world.events.length).toBe(1);
    expect(event).toMatchObject({
      type: "enter",
      device: "bus",
      fence: "yard",
      fenceVersion: 1,
      fix: START + 100_000,
    });
    expect(event!.time).toBeCloseTo(START + 50_000, -1);
    expect(event!.detectedAt).toBe(now);
    expect(event!.id).toBe(eventId({ ...event!, generation: 0 }));
  });

  it("[FL12] a late fix beyond the horizon is stored and flagged, and moves neither the live state nor a fence", async () => {
    const world = await withFence();
    await world.submit([at("bus", 0, -0.01, 0.5), at("bus", 651, -0.02, 0.5)]);
    await world.submit([at("bus", 50, 0.01, 0.5)]);
    await world.quiet();
    expect(world.times("bus")).toEqual([0, 50, 651]);
    expect(world.events).toEqual([]);
    expect(world.flow.latest.get("main", "bus")?.fix?.time).toBe(START + 651_000);
    expect(world.flow.figures()).toMatchObject({ liveFixes: 2, lateFixes: 1, tooLateFixes: 1 });
  });

  it("[FL13] an outlier is stored and flagged, does not move the live state, and strict fences judge it", async () => {
    const world = await withFence();
    await world.submit([at("bus", 0, -9, 0.5), at("bus", 1, 0.5, 0.5), at("bus", 2, -9, 0.5)]);
    await world.quiet();
    expect(short(world)).toEqual(["enter bus yard", "exit bus yard"]);
    const fixes = await world.store.range({ workspace: "main", device: "bus", from: 0, to: 2e12, limit: 9 });
    expect(fixes.map((fix) => fix.outlier === true)).toEqual([false, true, false]);
    expect(world.flow.latest.get("main", "bus")?.fix).toMatchObject({ time: START + 2_000, lon: -9 });
  });

  it("[FL14] imported events say so", async () => {
    const world = await withFence();
    await world.submit([at("bus", 0, 0.5, 0.5)], { mode: "import" });
    await world.quiet();
    expect(world.events).toMatchObject([{ type: "enter", reason: "first", imported: true }]);
  });

  it("[FL15] news tell each device once and newest, after the commit, events in the order of the feed", async () => {
    const world = await withFence();
    world.news.length = 0;
    await world.submit([at("bus", 0, -1, 0.5), at("bus", 1_000, 0.5, 0.5), at("tram", 5, 0.5, 0.5)]);
    await world.quiet();
    expect(world.news.map(({ kind }) => kind)).toEqual(["moved", "happened"]);
    const [moved, happened] = world.news;
    expect(moved?.kind === "moved" && moved.devices.map(({ device, fix }) => [device, fix?.time])).toEqual([
      ["bus", START + 1_000_000],
      ["tram", START + 5_000],
    ]);
    expect(happened?.kind === "happened" && happened.events.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(world.flow.latest.get("main", "bus")?.inside).toEqual(["yard"]);
    expect(world.flow.latest.seq).toBe(2);
  });

  it("[FL16] one commit at a time: what arrives meanwhile shares the next, at most one per spacing", async () => {
    const world = await World.open({ commitSpacing: 50 });
    await world.submit([at("bus", 0)]);
    for (let i = 1; i <= 20; i++) await world.submit([at("bus", i)]);
    for (let i = 0; i < 5; i++) await turn();
    expect(world.store.commits.length).toBe(1);
    world.clock.advance(50);
    await world.quiet();
    expect(world.store.commits.length).toBe(2);
    expect(world.store.commits[1]!.fixes.map(({ fix }) => fix.time - START)).toEqual(
      Array.from({ length: 20 }, (_, index) => (index + 1) * 1_000),
    );
    expect(world.store.commits[1]!.devices.length).toBe(1);
  });

  it("[FL16] an edit does not wait for the spacing, because somebody waits for it", async () => {
    const world = await World.open({ commitSpacing: 50 });
    await world.submit([at("bus", 0)]);
    await world.submit([at("bus", 1)]);
    await world.flow.editor.putFence(square("yard", 5, 5), "create");
    expect(world.store.commits.length).toBe(2);
    expect(world.store.commits[1]!.fixes.length).toBe(1);
    expect(world.store.commits[1]!.fences.length).toBe(1);
  });

  it("[FL17] a commit that fails is tried again until it lands, and nothing is told before", async () => {
    const world = await withFence();
    world.news.length = 0;
    world.store.failures = 4;
    await world.submit([at("bus", 0, 0.5, 0.5)]);
    for (let i = 0; i < 5; i++) await turn();
    expect(world.news).toEqual([]);
    await world.quiet();
    expect(world.store.failures).toBe(0);
    expect(world.news.map(({ kind }) => kind)).toEqual(["moved", "happened"]);
    expect(world.complaints.filter((text) => text === "a commit failed").length).toBe(4);
  });

  it("[FL31] the flow says so while the store takes no commits, and no longer", async () => {
    const world = await World.open();
    world.store.failures = 2;
    await world.submit([at("bus", 0)]);
    for (let i = 0; i < 5; i++) await turn();
    expect(world.flow.problems()).toEqual([expect.stringContaining("the store is broken")]);
    await world.quiet();
    expect(world.flow.problems()).toEqual([]);
  });

  it("[FL31] the flow says so when the log is full, for 10 s or until it takes something", async () => {
    const world = await World.open();
    const submit = (second: number): Promise<unknown> =>
      world.submit([at("bus", second)]).catch((error: unknown) => error);
    world.log.failure = new Problem("storage_full", "the disk is full");
    await submit(1);
    expect(world.flow.problems()).toEqual([expect.stringContaining("the disk is full")]);
    world.clock.advance(10_000);
    expect(world.flow.problems()).toEqual([]);
    await submit(2);
    world.log.failure = undefined;
    await submit(3);
    expect(world.flow.problems()).toEqual([]);
  });

  it("[FL31] the flow says so when the log failed, until it takes something, but not when it has to wait", async () => {
    const world = await World.open();
    world.log.failure = new Problem("overloaded", "later");
    await expect(world.submit([at("bus", 1)])).rejects.toThrow("later");
    expect(world.flow.problems()).toEqual([]);
    world.log.failure = new Problem("storage_failed", "fsync failed");
    await expect(world.submit([at("bus", 2)])).rejects.toThrow("fsync failed");
    world.clock.advance(3_600_000);
    expect(world.flow.problems()).toEqual([expect.stringContaining("fsync failed")]);
  });

  it("[FL17] a commit whose answer was lost is told once and stored once", async () => {
    const world = await withFence();
    world.news.length = 0;
    world.store.failures = 1;
    world.store.failWhen = "after";
    await world.submit([at("bus", 0, 0.5, 0.5)]);
    await world.quiet();
    expect(short(world)).toEqual(["enter bus yard first"]);
    expect(world.news.map(({ kind }) => kind)).toEqual(["moved", "happened"]);
  });

  it("[FL18] the log waits when too much is uncommitted", async () => {
    const world = await World.open({ maxUncommitted: 10, entryPositions: 5 });
    world.store.failures = 3;
    await world.submit(Array.from({ length: 200 }, (_, index) => at("bus", index)));
    for (let i = 0; i < 10; i++) await turn();
    expect(world.log.backlog).toBeGreaterThan(0);
    expect(world.flow.figures().uncommitted).toBeLessThan(50);
    await world.quiet();
    expect(world.times("bus").length).toBe(200);
  });

  it("[FL19] an entry that cannot be judged stops the flow by name, before and after a restart, and is kept", async () => {
    const world = await World.open();
    await world.submit([at("bus", 0)]);
    await world.quiet();
    const poison = { ...at("bus", 1), get lon(): number { throw new Error("poison"); } }; // prettier-ignore
    world.logDisk.entries.push({
      offset: 2,
      entry: { kind: "positions", workspace: "main", at: 1, mode: "live", positions: [at("bus", 5), poison] },
    });
    world.log.flush();
    for (let i = 0; i < 5; i++) await turn();
    expect(world.flow.figures().failed).toBe(1);
    expect(world.flow.problems()).toEqual(["log entry 2 (positions) could not be judged"]);
    await expect(world.submit([at("bus", 9)])).rejects.toMatchObject({
      code: "internal",
      message: "log entry 2 (positions) could not be judged",
    });
    expect(world.times("bus")).toEqual([0]);
    await world.pump(world.flow.close());
    await expect(world.restart()).rejects.toThrow("log entry 2 (positions) could not be judged");
    expect(world.logDisk.entries.length).toBe(2);
  });

  it("[FL20] the log forgets what is durable in the store, and no more", async () => {
    const world = await World.open({ truncateEvery: 1_000 });
    await world.submit([at("bus", 0)]);
    await world.quiet();
    world.clock.advance(1_000);
    await turn();
    expect(world.logDisk.truncated).toBe(1);
  });
});

describe("editor", () => {
  it("[FL21] a fence counts up its versions; create and update are refused by name", async () => {
    const world = await withFence();
    const { editor } = world.flow;
    await expect(world.pump(editor.putFence(square("yard", 0, 0), "create"))).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(world.pump(editor.putFence(square("moor", 0, 0), "update"))).rejects.toMatchObject({
      code: "unknown_fence",
    });
    await expect(world.pump(editor.deleteFence("main", "moor"))).rejects.toMatchObject({
      code: "unknown_fence",
    });
    await expect(world.pump(editor.deleteDevice("main", "bus"))).rejects.toMatchObject({
      code: "unknown_device",
    });
    const second = await world.pump(editor.putFence(square("yard", 5, 5), "update"));
    expect(second.version).toBe(2);
    expect(second.createdAt).toBeLessThan(second.updatedAt);
  });

  it("[FL22] of two creations at once one wins, whatever else is under way", async () => {
    const world = await World.open();
    const results = await world.pump(
      Promise.allSettled([
        world.flow.editor.putFence(square("yard", 0, 0), "create"),
        world.flow.editor.putFence(square("yard", 9, 9), "create"),
        world.flow.editor.deleteFence("main", "yard"),
      ]),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(world.storeDisk.fences.size).toBe(0);
  });

  it("[FL23] an edit tells who is inside by it, for online devices; the others change silently", async () => {
    const world = await World.open();
    await world.submit([at("away", 0, 0.5, 0.5)]);
    await world.quiet();
    world.clock.advance(601_000);
    await world.submit([at("bus", 0, 0.5, 0.5), at("tram", 0, 5, 5)]);
    await world.quiet();
    await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create"));
    expect(short(world)).toEqual(["enter bus yard fence"]);
    expect(world.events[0]).toMatchObject({ fix: START, lon: 0.5, lat: 0.5, fenceVersion: 1 });
    expect(world.events[0]!.time).toBe(world.events[0]!.detectedAt);
    expect(world.flow.latest.get("main", "away")?.inside).toEqual(["yard"]);
    await world.pump(world.flow.editor.deleteFence("main", "yard"));
    expect(short(world)).toEqual(["enter bus yard fence", "exit bus yard fence"]);
    expect(world.flow.latest.get("main", "bus")?.inside).toEqual([]);
  });

  it("[FL23] the same fence made and deleted again and again around a parked device: no event is taken for another", async () => {
    const world = await World.open();
    await world.submit([at("bus", 0, 0.5, 0.5)]);
    await world.quiet();
    for (let i = 0; i < 3; i++) {
      await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create"));
      await world.pump(world.flow.editor.deleteFence("main", "yard"));
    }
    expect(world.events.map(({ type }) => type)).toEqual(["enter", "exit", "enter", "exit", "enter", "exit"]);
  });

  it("[FL24] an edit that the log refuses changes nothing", async () => {
    const world = await World.open();
    world.log.failure = new Problem("storage_full", "full");
    await expect(
      world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create")),
    ).rejects.toMatchObject({
      code: "storage_full",
    });
    world.log.failure = undefined;
    await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create"));
    expect(world.storeDisk.fences.size).toBe(1);
  });

  it("[FL24] an edit that the store does not take says so after 10 s, and takes effect later", async () => {
    const world = await World.open();
    world.store.failures = 1_000;
    const edit = world.flow.editor.putFence(square("yard", 0, 0), "create");
    await expect(world.pump(edit)).rejects.toMatchObject({ code: "storage_failed" });
    expect(world.clock.now() - START).toBeLessThan(11_000);
    world.store.failures = 0;
    await world.quiet();
    expect(world.storeDisk.fences.size).toBe(1);
    expect(world.flow.problems()).toEqual([]);
  });

  it("[FL25] a deleted device goes with its fixes and events, and what is logged behind it makes it anew", async () => {
    const world = await withFence();
    await world.submit([at("bus", 0, 0.5, 0.5)]);
    const gone = world.flow.editor.deleteDevice("main", "bus");
    await turn();
    await turn();
    const anew = world.submit([at("bus", 7, 0.6, 0.6)]);
    await world.pump(Promise.all([gone, anew]));
    await world.quiet();
    expect(world.times("bus")).toEqual([7]);
    expect(world.events).toMatchObject([{ type: "enter", reason: "first", fix: START + 7_000 }]);
    expect(world.flow.latest.get("main", "bus")?.fix?.time).toBe(START + 7_000);
  });

  it("[AC35] into a workspace that is being deleted nothing comes, also what waited meanwhile; what is there may go", async () => {
    const world = await World.open();
    const { editor, recompute } = world.flow;
    await world.pump(editor.putFence(square("yard", 0, 0), "create"));
    await world.submit([at("bus", 10)]);
    await world.quiet();
    // One position is older than another: it waits for the history before it is let in.
    const waits = world.submit([at("bus", 5)]);
    world.closed.add("main");
    const refused = { code: "not_found" };
    await expect(waits).rejects.toMatchObject(refused);
    await expect(world.submit([at("bus", 20)])).rejects.toMatchObject(refused);
    await expect(world.pump(editor.putFence(square("moor", 0, 0), "create"))).rejects.toMatchObject(refused);
    await expect(world.pump(editor.setGroups("main", "bus", ["a"]))).rejects.toMatchObject(refused);
    expect(() => recompute.start("main", "yard", START)).toThrow("there is no workspace");
    await world.submit([at("tram", 20)], { workspace: "other" });
    await world.pump(editor.deleteDevice("main", "bus"));
    await world.pump(editor.deleteFence("main", "yard"));
    expect(world.times("bus")).toEqual([]);
  });
});

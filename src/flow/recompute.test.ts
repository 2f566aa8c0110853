import { describe, expect, it } from "vitest";
import type { RecomputeJob } from "#ports";
import { at, square, START, World } from "./testing/world.ts";

/** Starts the job and waits for its end. */
async function recompute(world: World, fence: string, from = START): Promise<RecomputeJob> {
  world.flow.recompute.start("main", fence, from);
  for (let i = 0; world.flow.recompute.job("main", fence)!.state === "running"; i++) {
    if (i === 2_000) throw new Error("the job does not end");
    await world.quiet();
    world.clock.advance(10);
  }
  return world.flow.recompute.job("main", fence)!;
}

const standing = (world: World): string[] =>
  world.events
    .filter(({ type, withdrawnAt }) => type !== "withdrawn" && withdrawnAt === undefined)
    .map(({ device, type, fix }) => `${device} ${type} ${(fix - START) / 1_000}`)
    .sort();

/** Two devices that go through 0,0…1,1 from west to east, a quarter of it at a time. */
async function withHistory(): Promise<World> {
  const world = await World.open();
  for (const device of ["bus", "van"]) {
    const positions = [-0.25, 0.25, 0.5, 0.75, 1.25].map((lon, i) => at(device, i * 1_000, lon, 0.5));
    await world.submit(positions);
  }
  await world.quiet();
  return world;
}

describe("recompute", () => {
  it("[FL37] judges the past with a fence that was not there", async () => {
    const world = await withHistory();
    await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create"));
    const job = await recompute(world, "yard");
    expect(job).toMatchObject({ state: "done", devices: 2, done: 2, fixes: 10, raised: 4, withdrawn: 0 });
    expect(standing(world)).toEqual(["bus enter 1000", "bus exit 4000", "van enter 1000", "van exit 4000"]);
    expect(world.events.every(({ late, fenceVersion }) => late === true && fenceVersion === 1)).toBe(true);
    const ids = world.events.map(({ id }) => id);
    expect((await recompute(world, "yard")).raised).toBe(0);
    expect(world.events.map(({ id }) => id)).toEqual(ids);
  });

  it("[FL37] withdraws what the fence of today would not give, and gives it again when it would", async () => {
    const world = await withHistory();
    await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create"));
    await recompute(world, "yard");
    await world.pump(world.flow.editor.putFence(square("yard", 0.4, 0.4, 0.2), "update"));
    expect(await recompute(world, "yard")).toMatchObject({ raised: 4, withdrawn: 4 });
    expect(standing(world)).toEqual(["bus enter 2000", "bus exit 3000", "van enter 2000", "van exit 3000"]);
    await world.restart();
    await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "update"));
    expect(await recompute(world, "yard")).toMatchObject({ raised: 4, withdrawn: 4 });
    expect(standing(world)).toEqual(["bus enter 1000", "bus exit 4000", "van enter 1000", "van exit 4000"]);
  });

  it("[FL37] begins where it is told to", async () => {
    const world = await withHistory();
    await world.pump(world.flow.editor.putFence(square("yard", 0, 0), "create"));
    await recompute(world, "yard", START + 2_000_000);
    expect(standing(world)).toEqual(["bus exit 4000", "van exit 4000"]);
  });

  it("[FL38] one job a fence; it can be stopped, and an edit of the fence fails it", async () => {
    const world = await withHistory();
    const { recompute: jobs, editor } = world.flow;
    expect(() => jobs.start("main", "yard", START)).toThrow('there is no fence "yard"');
    await world.pump(editor.putFence(square("yard", 0, 0), "create"));
    jobs.start("main", "yard", START);
    expect(() => jobs.start("main", "yard", START)).toThrow("is being recomputed already");
    expect(jobs.stop("main", "yard")).toBe(true);
    await world.quiet();
    expect(jobs.job("main", "yard")?.state).toBe("stopped");
    expect(jobs.stop("main", "yard")).toBe(false);
    jobs.start("main", "yard", START);
    await world.pump(editor.putFence(square("yard", 0, 0, 2), "update"));
    for (let i = 0; i < 200 && jobs.job("main", "yard")?.state === "running"; i++) await world.quiet();
    expect(["failed", "done"]).toContain(jobs.job("main", "yard")?.state);
  });
});

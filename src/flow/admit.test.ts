import { describe, expect, it } from "vitest";
import { Problem } from "#wire";
import { turn } from "./testing/fake-clock.ts";
import { at, World } from "./testing/world.ts";

const full = new Problem("storage_full", "the disk is full");
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "resolved",
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );

describe("intake", () => {
  it("[FL1] a receipt comes only after the entry is durable", async () => {
    const world = await World.open();
    world.log.held = true;
    let receipt: unknown;
    const submitted = world.submit([at("bus", 0)]).then((answer) => (receipt = answer));
    for (let i = 0; i < 5; i++) await turn();
    expect(receipt).toBeUndefined();
    world.log.flush();
    await submitted;
    expect(receipt).toEqual({ accepted: 1, duplicate: 0, unknown: [] });
  });

  it("[FL2] the first copy of a submission wins, and copies of any age are counted", async () => {
    const world = await World.open();
    const first = await world.submit([at("bus", 0), at("bus", 10), at("bus", 0, 9), at("bus", 5)]);
    expect(first).toEqual({ accepted: 3, duplicate: 1, unknown: [] });
    await world.quiet();
    const again = await world.submit([
      at("bus", 5),
      at("bus", 6),
      at("bus", 10),
      at("bus", 0),
      at("bus", 11),
    ]);
    expect(again).toEqual({ accepted: 2, duplicate: 3, unknown: [] });
    await world.quiet();
    expect(world.times("bus")).toEqual([0, 5, 6, 10, 11]);
    expect(
      (await world.store.range({ workspace: "main", device: "bus", from: 0, to: 2e12, limit: 1 }))[0]!.lon,
    ).toBe(0);
  });

  it("[FL3] of two submissions at once exactly one is let in, and the other waits until the first is durable", async () => {
    const world = await World.open();
    world.log.held = true;
    const answered: string[] = [];
    const [a, b] = [world.submit([at("bus", 0)]), world.submit([at("bus", 0)])];
    void a.then(() => answered.push("a"));
    void b.then(() => answered.push("b"));
    for (let i = 0; i < 5; i++) await turn();
    expect(answered).toEqual([]);
    world.log.flush();
    expect(await Promise.all([a, b])).toEqual([
      { accepted: 1, duplicate: 0, unknown: [] },
      { accepted: 0, duplicate: 1, unknown: [] },
    ]);
  });

  it("[FL4] a refused append refuses whoever counted on it, and lets the retry in", async () => {
    const world = await World.open();
    await world.submit([at("bus", 0)]);
    world.log.failure = full;
    const both = [world.submit([at("bus", 1), at("tram", 1)]), world.submit([at("bus", 1)])];
    expect(await Promise.all(both.map(codeOf))).toEqual(["storage_full", "storage_full"]);
    world.log.failure = undefined;
    expect(await world.submit([at("bus", 1), at("tram", 1), at("bus", 0)])).toEqual({
      accepted: 2,
      duplicate: 1,
      unknown: [],
    });
  });

  it("[FL4] an error of the log that is no problem becomes one", async () => {
    const world = await World.open();
    world.log.failure = new Error("boom") as Problem;
    expect(await codeOf(world.submit([at("bus", 1)]))).toBe("storage_failed");
  });

  it("[FL5] of two that ask the history about the same time one is let in", async () => {
    const world = await World.open();
    await world.submit([at("bus", 0), at("bus", 10)]);
    await world.quiet();
    const gate = Promise.withResolvers<void>();
    world.store.gate = gate.promise;
    const slow = [world.submit([at("bus", 5)]), world.submit([at("bus", 5), at("bus", 6)])];
    await turn();
    world.store.gate = undefined;
    gate.resolve();
    expect(await Promise.all(slow)).toEqual([
      { accepted: 1, duplicate: 0, unknown: [] },
      { accepted: 1, duplicate: 1, unknown: [] },
    ]);
    await world.quiet();
    expect(world.times("bus")).toEqual([0, 5, 6, 10]);
  });

  it("[FL5] an answer of the history is worth nothing once the device was deleted", async () => {
    const world = await World.open();
    await world.submit([at("bus", 0), at("bus", 10)]);
    await world.quiet();
    const gate = Promise.withResolvers<void>();
    world.store.gate = gate.promise;
    const slow = world.submit([at("bus", 0)]);
    await turn();
    world.store.gate = undefined;
    await world.pump(world.flow.editor.deleteDevice("main", "bus"));
    gate.resolve();
    expect(await slow).toEqual({ accepted: 1, duplicate: 0, unknown: [] });
    await world.quiet();
    expect(world.times("bus")).toEqual([0]);
  });

  it("[FL6] without the right to register, unknown devices are named and the rest is kept", async () => {
    const world = await World.open();
    await world.submit([at("bus", 0)]);
    const receipt = await world.submit([at("new", 1), at("bus", 1), at("other", 1)], { register: false });
    expect(receipt).toEqual({ accepted: 1, duplicate: 0, unknown: [0, 2] });
  });

  it("[FL6] a device that was registered by hand is known, also after its first append failed", async () => {
    const world = await World.open();
    world.storeDisk.devices.set(
      JSON.stringify(["main", "van"]),
      JSON.stringify({ status: { workspace: "main", device: "van", inside: [] }, engine: null }),
    );
    await world.restart();
    world.log.failure = full;
    expect(await codeOf(world.submit([at("van", 0)], { register: false }))).toBe("storage_full");
    world.log.failure = undefined;
    expect(await world.submit([at("van", 0)], { register: false })).toEqual({
      accepted: 1,
      duplicate: 0,
      unknown: [],
    });
  });

  it("[FL6] a device that is registered while the flow runs may report, and be deleted before it does", async () => {
    const world = await World.open();
    for (const device of ["van", "cart"]) {
      world.bus.publish({ kind: "device-described", workspace: "main", device, label: {} });
    }
    const receipt = await world.submit([at("van", 0)], { register: false });
    expect(receipt).toEqual({ accepted: 1, duplicate: 0, unknown: [] });
    await world.pump(world.flow.editor.deleteDevice("main", "cart"));
    expect(await world.submit([at("cart", 0)], { register: false })).toEqual({
      accepted: 0,
      duplicate: 0,
      unknown: [0],
    });
  });

  it("[FL7] a batch of ten thousand is split into entries and counted whole", async () => {
    const world = await World.open({ entryPositions: 3_000 });
    const batch = Array.from({ length: 10_000 }, (_, index) =>
      at(`d${index % 100}`, Math.floor(index / 100)),
    );
    expect(await world.submit(batch)).toEqual({ accepted: 10_000, duplicate: 0, unknown: [] });
    expect(world.logDisk.entries.length).toBe(4);
    await world.quiet();
    expect(await world.submit(batch)).toEqual({ accepted: 0, duplicate: 10_000, unknown: [] });
  });

  it("[FL8] after a restart the receipts know what the log held, committed or not", async () => {
    const world = await World.open();
    world.store.gate = new Promise(() => {});
    await world.submit([at("bus", 0), at("bus", 10), at("bus", 5)]);
    await world.restart();
    const receipt = await world.submit([at("bus", 0), at("bus", 10), at("bus", 5), at("bus", 6)], {
      register: false,
    });
    expect(receipt).toEqual({ accepted: 1, duplicate: 3, unknown: [] });
  });

  it("[FL9] a deleted device starts anew: its old times are let in again", async () => {
    const world = await World.open();
    await world.submit([at("bus", 0), at("bus", 1)]);
    const gone = world.flow.editor.deleteDevice("main", "bus");
    await world.pump(gone);
    expect(world.times("bus")).toEqual([]);
    expect(await world.submit([at("bus", 0)], { register: false })).toEqual({
      accepted: 0,
      duplicate: 0,
      unknown: [0],
    });
    expect(await world.submit([at("bus", 1), at("bus", 0)])).toEqual({
      accepted: 2,
      duplicate: 0,
      unknown: [],
    });
    await world.quiet();
    expect(world.times("bus")).toEqual([0, 1]);
  });

  it("[FL10] while it stops nothing comes in, and what was acknowledged is committed", async () => {
    const world = await World.open();
    await world.submit([at("bus", 0)]);
    const closed = world.flow.close();
    expect(await codeOf(world.submit([at("bus", 1)]))).toBe("shutting_down");
    await world.pump(closed);
    await world.flow.close();
    expect(world.times("bus")).toEqual([0]);
    expect(world.logDisk.truncated).toBe(1);
  });

  it("[FL10] a store that is broken does not keep it from stopping; the log keeps what is missing", async () => {
    const world = await World.open();
    world.store.failures = Number.POSITIVE_INFINITY;
    await world.submit([at("bus", 0)]);
    await world.pump(world.flow.close());
    expect(world.logDisk.truncated).toBe(0);
    await world.restart();
    expect(world.times("bus")).toEqual([0]);
  });
});

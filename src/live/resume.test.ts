import { describe, expect, it } from "vitest";
import { decodeWatch } from "./watch.ts";
import { settle, Stage } from "./testing/stage.ts";
import { fixAt, World } from "./testing/world.ts";

const ALL = { bbox: [0, 0, 10, 10], events: "all" };
const ids = (bodies: { event: { id: string } }[]): string[] => bodies.map(({ event }) => event.id);

describe("events and cursor", () => {
  it("[LE1] [LE2] hands over events at once and in order, those in view or all", () => {
    const stage = new Stage();
    const all = stage.join(ALL);
    const view = stage.join({ bbox: [0, 0, 10, 10] });
    stage.world.happen([5, 5], [50, 50], [10, 10]);
    expect(ids(all.line.take("event"))).toEqual(["event-1", "event-2", "event-3"]);
    expect(ids(view.line.take("event"))).toEqual(["event-1", "event-3"]);
  });

  it("[LE2] changing from all to view changes what comes from then on", () => {
    const stage = new Stage();
    const { line, viewer } = stage.join(ALL);
    stage.hub.watch(viewer, decodeWatch({ bbox: [0, 0, 10, 10] }));
    stage.world.happen([50, 50], [5, 5]);
    expect(ids(line.take("event"))).toEqual(["event-2"]);
  });

  it("[LC1] a frame names events that were handed over, never one that still waits", () => {
    const stage = new Stage({ maxInFlight: 10 });
    const { line } = stage.join(ALL);
    expect(line.take("positions")[0].cursor).toBe("1.feed-one.0");
    stage.world.happen([5, 5]);
    stage.world.move(fixAt("a", 1, 1));
    stage.clock.advance(0);
    expect(line.told.map(({ name, id }) => [name, id])).toEqual([
      ["event", "1.feed-one.1"],
      ["positions", "1.feed-one.1"],
    ]);
    line.told.length = 0;
    line.heldUp = true;
    stage.world.happen([5, 5], [5, 5], [5, 5]);
    stage.world.move(fixAt("a", 2, 2, 1));
    stage.clock.advance(500);
    expect(line.told.map(({ id }) => id)).toEqual(["1.feed-one.2"]);
    line.flow();
    expect(line.told.map(({ name, id }) => [name, id])).toEqual([
      ["event", "1.feed-one.2"],
      ["event", "1.feed-one.3"],
      ["event", "1.feed-one.4"],
      ["positions", "1.feed-one.4"],
    ]);
  });

  it("[LC1] events that do not concern a viewer move its cursor too", () => {
    const stage = new Stage();
    const { line } = stage.join({ bbox: [0, 0, 10, 10] });
    line.take("positions");
    stage.world.happen([50, 50], [50, 50]);
    stage.world.move(fixAt("a", 1, 1));
    stage.clock.advance(0);
    expect(line.take("positions")[0].cursor).toBe("1.feed-one.2");
  });

  it("[LC2] a client that comes back to another process gets what it missed, in order and once", async () => {
    const stage = new Stage();
    stage.world.happen(...Array.from({ length: 2500 }, () => [5, 5] as const));
    stage.restart();
    const { line } = stage.join({ ...ALL, cursor: "1.feed-one.k" });
    expect(line.take("positions")).toMatchObject([{ snapshot: true, cursor: "1.feed-one.k" }]);
    await settle();
    stage.world.happen([5, 5]);
    const got = ids(line.take("event"));
    expect(got).toEqual(Array.from({ length: 2481 }, (_, i) => `event-${i + 21}`));
    expect(line.take("reset")).toEqual([]);
  });

  it("[LC2] events that happen during the replay come after it, once", async () => {
    const stage = new Stage();
    stage.world.happen([5, 5], [5, 5]);
    const gate = Promise.withResolvers<void>();
    stage.world.beforeRead = () => gate.promise;
    const { line } = stage.join({ ...ALL, cursor: "1.feed-one.1" });
    stage.world.happen([5, 5]);
    stage.world.move(fixAt("a", 1, 1));
    stage.clock.advance(0);
    expect(line.take("event")).toEqual([]);
    expect(line.take("positions").at(-1).cursor).toBe("1.feed-one.1");
    gate.resolve();
    await settle();
    stage.world.happen([5, 5]);
    expect(ids(line.take("event"))).toEqual(["event-2", "event-3", "event-4"]);
    stage.world.move(fixAt("a", 2, 1, 1));
    stage.clock.advance(200);
    expect(line.take("positions").at(-1).cursor).toBe("1.feed-one.4");
  });

  it("[LC3] says reset and why, then goes on with what is new", async () => {
    const world = new World();
    world.happen(...Array.from({ length: 30 }, () => [5, 5] as const));
    const reasons: [string, string][] = [
      ["1.another-feed.3", "other_feed"],
      ["1.feed-one.zz", "cursor_ahead"],
      ["1.feed-one.2", "too_many_missed"],
      ["what is this", "unknown_cursor"],
    ];
    for (const [cursor, reason] of reasons) {
      const stage = new Stage({ maxReplay: 20 }, world);
      const { line } = stage.join({ ...ALL, cursor });
      const newest = `1.feed-one.${world.seq.toString(36)}`;
      const [event] = world.happen([5, 5]);
      await settle();
      expect(line.take("reset")).toEqual([{ cursor: newest, reason }]);
      expect(ids(line.take("event"))).toEqual([event?.event.id]);
      stage.hub.close();
    }
  });

  it("[LC3] says reset when retention has taken away what was missed", async () => {
    const stage = new Stage();
    stage.world.happen([5, 5], [5, 5], [5, 5], [5, 5]);
    stage.world.feed.splice(0, 2);
    const ahead = stage.join({ ...ALL, cursor: "1.feed-one.2" });
    const behind = stage.join({ ...ALL, cursor: "1.feed-one.1" });
    await settle();
    expect(ids(ahead.line.take("event"))).toEqual(["event-3", "event-4"]);
    expect(behind.line.take("event")).toEqual([]);
    expect(behind.line.take("reset")).toEqual([{ cursor: "1.feed-one.4", reason: "forgotten" }]);
  });

  it("[LC3] says reset when retention takes away what was missed while it is read", async () => {
    const stage = new Stage();
    stage.world.happen([5, 5], [5, 5], [5, 5], [5, 5]);
    let reads = 0;
    stage.world.beforeRead = async () => {
      if (++reads === 2) stage.world.feed.splice(0, 2);
    };
    const { line } = stage.join({ ...ALL, cursor: "1.feed-one.1" });
    await settle();
    expect(reads).toBe(2);
    expect(line.take("event")).toEqual([]);
    expect(line.take("reset")).toEqual([{ cursor: "1.feed-one.4", reason: "forgotten" }]);
  });

  it("[LC3] says reset when the feed cannot be read", async () => {
    const stage = new Stage();
    stage.world.happen([5, 5], [5, 5]);
    stage.world.beforeRead = () => Promise.reject(new Error("disk"));
    const { line } = stage.join({ ...ALL, cursor: "1.feed-one.1" });
    await settle();
    expect(line.take("reset")).toEqual([{ cursor: "1.feed-one.2", reason: "unavailable" }]);
    stage.world.happen([5, 5]);
    expect(ids(line.take("event"))).toEqual(["event-3"]);
  });

  it("[LC4] a cursor in a further watch repeats nothing", async () => {
    const stage = new Stage();
    const { line, viewer } = stage.join(ALL);
    stage.world.happen([5, 5], [5, 5]);
    line.take("event");
    stage.hub.watch(viewer, decodeWatch({ ...ALL, cursor: "1.feed-one.0" }));
    await settle();
    expect(line.take("event")).toEqual([]);
    expect(line.take("reset")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { settle, Stage } from "./testing/stage.ts";
import { fixAt, WORKSPACE } from "./testing/world.ts";

const ALL = { bbox: [0, 0, 10, 10], events: "all" };

describe("slow clients and the life of a viewer", () => {
  it("[LB1] a client that stops reading gets no second frame, then the newest positions and every event", () => {
    const stage = new Stage();
    const { line } = stage.join(ALL);
    line.take("positions");
    line.heldUp = true;
    for (let n = 1; n <= 300; n++) {
      stage.world.move(fixAt("a", 1, n / 100, n), fixAt("b", 2, n / 100, n));
      if (n % 3 === 0) stage.world.happen([5, 5]);
      stage.clock.advance(50);
    }
    expect(line.take("positions")).toHaveLength(1);
    line.flow();
    expect(line.take("event")).toHaveLength(100);
    expect(line.take("positions")).toMatchObject([
      {
        positions: [
          { device: "a", lat: 3 },
          { device: "b", lat: 3 },
        ],
      },
    ]);
    expect(stage.hub.figures().conflated).toBeGreaterThan(500);
  });

  it("[LB2] too many marks become a new snapshot", () => {
    const stage = new Stage({ maxChanges: 50 });
    stage.world.move(fixAt("stays", 1, 1), fixAt("leaves", 2, 2));
    const { line, viewer } = stage.join(ALL);
    line.take("positions");
    line.heldUp = true;
    stage.world.happen([5, 5]);
    stage.world.move(fixAt("leaves", 20, 2, 1));
    stage.world.move(...Array.from({ length: 200 }, (_, i) => fixAt(`d${i}`, i / 100, 5)));
    expect(viewer.changes.size).toBeLessThanOrEqual(50);
    line.flow();
    const [frame] = line.take("positions");
    expect(frame.snapshot).toBe(true);
    expect(frame.positions).toHaveLength(201);
  });

  it("[LB3] a full queue ends the stream with reset and a word to come back", async () => {
    const stage = new Stage({ maxQueue: 20, maxInFlight: 0 });
    const { line } = stage.join(ALL);
    const cursor = line.take("positions")[0].cursor;
    line.heldUp = true;
    stage.world.happen(...Array.from({ length: 30 }, () => [5, 5] as const));
    expect(line.take("event")).toHaveLength(1);
    expect(line.take("reset")).toEqual([{ cursor: "1.feed-one.1", reason: "too_slow" }]);
    expect(line.take("end")).toMatchObject([{ reason: "too_slow", comeBack: true }]);
    expect(line.ended).toEqual({ comeBack: true });
    expect(stage.hub.figures()).toMatchObject({ viewers: {}, eventsQueued: 0, resets: { too_slow: 1 } });
    const again = stage.join({ ...ALL, cursor });
    await settle();
    expect(again.line.take("event")).toHaveLength(30);
  });

  it("[LB3] a long replay does not count against the bound of the queue", async () => {
    const stage = new Stage({ maxQueue: 20, maxInFlight: 0 });
    stage.world.happen(...Array.from({ length: 100 }, () => [5, 5] as const));
    const { line } = stage.join({ ...ALL, cursor: "1.feed-one.1" });
    line.heldUp = true;
    await settle();
    stage.world.happen([5, 5]);
    expect(line.ended).toBeUndefined();
    line.flow();
    expect(line.take("event")).toHaveLength(100);
  });

  it("[LE3] notices reach every viewer, in order with the events", () => {
    const stage = new Stage();
    const { line } = stage.join(ALL);
    line.told.length = 0;
    const said = { workspace: WORKSPACE } as const;
    stage.world.happen([5, 5]);
    stage.world.publish({ kind: "fence-deleted", ...said, fence: "depot" });
    stage.world.publish({ kind: "device-described", ...said, device: "a", label: { name: "Tram" } });
    stage.world.publish({ kind: "device-deleted", ...said, device: "a" });
    expect(line.told.map(({ name, body }) => [name, body.change])).toEqual([
      ["event", undefined],
      ["fence", "deleted"],
      ["device", "described"],
      ["device", "deleted"],
    ]);
  });

  it("[LA1] news of another workspace reaches nobody here", () => {
    const stage = new Stage();
    const { line } = stage.join(ALL);
    line.told.length = 0;
    const fix = fixAt("a", 1, 1);
    stage.world.publish({
      kind: "moved",
      workspace: "other",
      devices: [{ workspace: "other", device: "a", fix, inside: [] }],
    });
    stage.world.publish({ kind: "fence-deleted", workspace: "other", fence: "depot" });
    stage.clock.advance(500);
    expect(line.told).toEqual([]);
  });

  it("[LH3] holds a bounded number of viewers", () => {
    const stage = new Stage({ maxViewers: 2 });
    const first = stage.join(ALL);
    stage.join();
    expect(() => stage.join()).toThrow(expect.objectContaining({ code: "overloaded" }));
    stage.hub.leave(first.viewer);
    stage.hub.leave(first.viewer);
    stage.join();
    expect(() => stage.join()).toThrow(expect.objectContaining({ code: "overloaded" }));
  });

  it("[LL1] closing tells everybody and refuses newcomers, and can be done twice", () => {
    const stage = new Stage();
    const { line } = stage.join(ALL);
    stage.hub.close();
    stage.hub.close();
    expect(line.take("end")).toMatchObject([{ reason: "shutting_down", comeBack: true }]);
    expect(stage.world.subscribers).toBe(0);
    expect(() => stage.join()).toThrow(expect.objectContaining({ code: "shutting_down" }));
  });

  it("[LL2] a workspace that nobody watches is forgotten after a while, not at once", () => {
    const stage = new Stage();
    stage.world.move(fixAt("a", 1, 1));
    const { viewer } = stage.join(ALL);
    stage.hub.leave(viewer);
    stage.clock.advance(59_000);
    expect(stage.hub.figures().devices).toBe(1);
    const back = stage.join(ALL);
    stage.clock.advance(120_000);
    expect(stage.hub.figures().devices).toBe(1);
    stage.hub.leave(back.viewer);
    stage.clock.advance(61_000);
    expect(stage.hub.figures().devices).toBe(0);
  });
});

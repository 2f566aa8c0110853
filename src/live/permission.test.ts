import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInSomeGroup } from "#wire";
import type { FakeLine } from "./testing/fake-line.ts";
import { settle, Stage } from "./testing/stage.ts";
import { FrameTeller } from "./testing/ws-client.ts";
import { fixAt, WORKSPACE } from "./testing/world.ts";

const WORLD = { bbox: [-180, -90, 180, 90], events: "all" };
const eventsOf = (line: FakeLine): string[] => line.take("event").map(({ event }) => event.id);

const limited = (stage: Stage, groups: string[], watch: object = WORLD): FakeLine =>
  stage.join(watch, undefined, groups).line;

describe("permission", () => {
  it("[LA4] a device without groups is seen only by those who see all", () => {
    const stage = new Stage();
    stage.world.move(fixAt("a", 1, 1));
    const [all] = stage.join(WORLD).line.take("positions");
    expect(all.positions).toHaveLength(1);
    expect(limited(stage, ["north"]).take("positions")[0]).toMatchObject({ positions: [], gone: [] });
    expect(limited(stage, []).take("positions")[0]).toMatchObject({ positions: [], gone: [] });
  });

  it("[LA4] a nested group is inside its parent, a group with a longer name is not", () => {
    const stage = new Stage();
    stage.world.regroup("in", "north/vans");
    stage.world.regroup("out", "northern");
    stage.world.move(fixAt("in", 1, 1), fixAt("out", 2, 2));
    expect(limited(stage, ["north"]).take("positions")[0].positions).toMatchObject([{ device: "in" }]);
  });

  it("[LA4] leaving the groups that a viewer may see is gone at once, and moving on in secret is nothing", () => {
    const stage = new Stage();
    stage.world.regroup("a", "north");
    stage.world.move(fixAt("a", 1, 1));
    const line = limited(stage, ["north"]);
    line.take("positions");
    stage.world.regroup("a", "south");
    stage.clock.advance(0);
    expect(line.take("positions")).toMatchObject([{ positions: [], gone: ["a"] }]);
    stage.world.move(fixAt("a", 2, 2, 1));
    stage.world.deleteDevice("a");
    stage.clock.advance(200);
    expect(line.told).toEqual([]);
  });

  it("[LA4] groups may change in the same commit as the place", () => {
    const stage = new Stage();
    stage.world.regroup("a", "north");
    stage.world.move(fixAt("a", 1, 1));
    const line = limited(stage, ["north"], { bbox: [0, 0, 5, 5] });
    line.take("positions");
    const fix = fixAt("a", 50, 50, 1);
    const status = { workspace: WORKSPACE, device: "a", fix, inside: [], groups: ["south"] };
    stage.world.publish({ kind: "moved", workspace: WORKSPACE, devices: [status] });
    stage.clock.advance(0);
    expect(line.take("positions")).toMatchObject([{ positions: [], gone: ["a"] }]);
  });

  it("[LA5] an event is heard by those who may see its device, of a pair by those who may see both", () => {
    const stage = new Stage();
    stage.world.regroup("a", "north");
    stage.world.regroup("b", "south");
    const north = limited(stage, ["north"]);
    const both = limited(stage, ["north", "south"]);
    const all = stage.join(WORLD).line;
    stage.world.happenTo({ device: "a" }, { device: "a", other: "b" }, { device: "b", other: "a" });
    stage.world.happenTo({ device: "unknown" });
    expect(eventsOf(north)).toEqual(["event-1"]);
    expect(eventsOf(both)).toEqual(["event-1", "event-2", "event-3"]);
    expect(eventsOf(all)).toHaveLength(4);
  });

  it("[LA5] what is replayed is judged alike, and the cursor passes what was left out", async () => {
    const stage = new Stage();
    stage.world.regroup("a", "north");
    stage.world.happenTo({ device: "b" }, { device: "a" }, { device: "b" });
    const line = limited(stage, ["north"], { ...WORLD, cursor: "1.feed-one.0" });
    await settle();
    expect(eventsOf(line)).toEqual(["event-2"]);
    stage.world.move(fixAt("a", 1, 1));
    stage.clock.advance(200);
    expect(line.take("positions").at(-1).cursor).toBe("1.feed-one.3");
  });

  it("[LA5] events of a deleted device are judged by the groups it had", () => {
    const stage = new Stage();
    stage.world.regroup("a", "north");
    const north = limited(stage, ["north"]);
    const south = limited(stage, ["south"]);
    stage.world.deleteDevice("a");
    stage.world.happenTo({ device: "a" });
    expect(eventsOf(north)).toEqual(["event-1"]);
    expect(south.take("event")).toEqual([]);
    expect(north.take("device")).toEqual([{ device: "a", change: "deleted" }]);
    expect(south.take("device")).toEqual([]);
  });

  it("[LA5] [LA6] what has waited for a slow client is not told once its device may not be seen", () => {
    const stage = new Stage({ maxInFlight: 0 });
    stage.world.regroup("a", "north");
    stage.world.regroup("b", "north");
    const line = limited(stage, ["north"]);
    line.heldUp = true;
    stage.world.happenTo({ device: "b" });
    const label = { name: "Tram" };
    stage.world.happenTo({ device: "a" }, { device: "b", other: "a" }, { device: "b" });
    stage.world.publish({ kind: "device-described", workspace: WORKSPACE, device: "a", label });
    stage.world.regroup("a", "south");
    line.flow();
    expect(eventsOf(line)).toEqual(["event-1", "event-4"]);
    expect(line.take("device")).toEqual([]);
    stage.world.move(fixAt("b", 1, 1));
    stage.clock.advance(200);
    expect(line.take("positions").at(-1).cursor).toBe("1.feed-one.4");
  });

  it("[LA6] notices of devices are for those who may see the device, of fences for everybody", () => {
    const stage = new Stage();
    stage.world.regroup("a", "north");
    const north = limited(stage, ["north"]);
    const south = limited(stage, ["south"]);
    const label = { name: "Tram" };
    stage.world.publish({ kind: "device-described", workspace: WORKSPACE, device: "a", label });
    stage.world.publish({ kind: "fence-deleted", workspace: WORKSPACE, fence: "depot" });
    expect(north.take("device")).toHaveLength(1);
    expect(south.take("device")).toHaveLength(0);
    expect([north, south].map((line) => line.take("fence").length)).toEqual([1, 1]);
  });

  it("[LA4] every map equals what may be seen, through any changes of places and groups", () => {
    const GROUPS = ["north", "north/vans", "south", "east"];
    const groups = fc.uniqueArray(fc.constantFrom(...GROUPS), { maxLength: 2 });
    const device = fc.constantFrom("a", "b", "c", "d");
    type Step =
      | { kind: "move"; device: string; lon: number }
      | { kind: "regroup"; device: string; groups: string[] }
      | { kind: "delete"; device: string }
      | { kind: "wait"; ms: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ kind: fc.constant("move" as const), device, lon: fc.integer({ min: -20, max: 20 }) }),
      fc.record({ kind: fc.constant("regroup" as const), device, groups }),
      fc.record({ kind: fc.constant("delete" as const), device }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 150 }) }),
    );
    const run = (steps: Step[], limits: string[][]): void => {
      const stage = new Stage();
      const bbox = [-10, -1, 10, 1];
      const viewers = limits.map((mine, i) => ({
        mine,
        line: limited(stage, mine, { bbox, format: i % 2 === 0 ? "binary" : "json" }),
        teller: new FrameTeller(bbox),
        shown: new Set<string>(),
      }));
      for (const [n, one] of steps.entries()) {
        if (one.kind === "move") stage.world.move(fixAt(one.device, one.lon, 0, n));
        else if (one.kind === "regroup") stage.world.regroup(one.device, ...one.groups);
        else if (one.kind === "delete") stage.world.deleteDevice(one.device);
        else stage.clock.advance(one.ms);
      }
      stage.clock.advance(200);
      for (const { mine, line, shown, teller } of viewers) {
        for (const { positions, gone } of line.take("positions").map((sent) => teller.tell(sent))) {
          for (const position of positions) shown.add(position.device);
          for (const id of gone) shown.delete(id);
        }
        const truth = [...stage.world.devices.values()].filter(
          ({ fix, groups = [] }) => fix && Math.abs(fix.lon) <= 10 && isInSomeGroup(groups, mine),
        );
        expect([...shown].toSorted()).toEqual(truth.map((status) => status.device).toSorted());
      }
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(groups, { maxLength: 3 }), (steps, limits) =>
        run(steps, limits),
      ),
      { seed: 4, numRuns: 200 },
    );
  });

  it("[LL2] an audience is there only while somebody belongs to it", () => {
    const stage = new Stage();
    const one = stage.join(WORLD, undefined, ["b", "a"]).viewer;
    const two = stage.join(WORLD, undefined, ["a", "b", "a"]).viewer;
    expect(two.audience).toBe(one.audience);
    stage.hub.leave(one);
    expect(one.field.audiences.size).toBe(1);
    stage.hub.leave(two);
    expect(one.field.audiences.size).toBe(0);
  });
});

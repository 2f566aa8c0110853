import { describe, expect, it } from "vitest";
import { decodeWatch } from "./watch.ts";
import { Stage } from "./testing/stage.ts";
import { fixAt, WORKSPACE } from "./testing/world.ts";

const HERE = { bbox: [0, 0, 10, 10] };
const names = (frame: { positions: { device: string }[] }): string[] =>
  frame.positions.map(({ device }) => device).toSorted();

describe("view", () => {
  it("[LV1] an empty view gives an empty snapshot, the boundary is inside", () => {
    const { world, join } = stage();
    expect(join(HERE).line.take("positions")).toEqual([
      { cursor: "1.feed-one.0", positions: [], gone: [], snapshot: true },
    ]);
    world.move(fixAt("corner", 10, 10), fixAt("beyond", 10.000001, 10));
    expect(names(join(HERE).line.take("positions")[0])).toEqual(["corner"]);
  });

  it("[LV2] [LV3] sends the first change at once, then every 100 ms the newest of each device", () => {
    const { world, clock, join } = stage();
    const { line } = join(HERE);
    line.take("positions");
    world.move(fixAt("a", 1, 1, 1));
    clock.advance(0);
    expect(line.take("positions")).toHaveLength(1);
    for (let n = 2; n <= 50; n++) {
      clock.advance(2);
      world.move(fixAt("a", 1, 1 + n / 100, n), fixAt("b", 2, 2 + n / 100, n));
    }
    expect(line.take("positions")).toEqual([]);
    clock.advance(10);
    const [frame, ...more] = line.take("positions");
    expect(more).toEqual([]);
    expect(frame.positions).toMatchObject([
      { device: "a", lat: 1.5 },
      { device: "b", lat: 2.5 },
    ]);
  });

  it("[LV3] never sends two frames of changes within 100 ms, however the changes fall", () => {
    const { world, clock, join } = stage();
    const { line } = join(HERE);
    line.take("positions");
    const sent: number[] = [];
    for (let ms = 0; ms < 2000; ms++) {
      clock.advance(1);
      if (ms % 7 === 0 || ms % 31 < 3) world.move(fixAt("a", 1, 1 + ms / 1000, ms));
      if (line.take("positions").length > 0) sent.push(clock.now());
    }
    const gaps = sent.slice(1).map((at, i) => at - (sent[i] ?? 0));
    expect(sent.length).toBeGreaterThan(15);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...gaps)).toBeLessThan(120);
  });

  it("[LV4] names as gone what left and what was deleted, once", () => {
    const { world, clock, join } = stage();
    world.move(fixAt("a", 1, 1), fixAt("b", 2, 2));
    const { line } = join(HERE);
    line.take("positions");
    world.move(fixAt("a", 50, 1, 1));
    world.deleteDevice("b");
    clock.advance(200);
    expect(line.take("positions")).toMatchObject([{ positions: [], gone: ["a", "b"] }]);
    world.move(fixAt("a", 60, 1, 2));
    clock.advance(200);
    expect(line.take("positions")).toEqual([]);
  });

  it("[LV4] a device that is deleted and comes back within a frame is there, not gone", () => {
    const { world, clock, join } = stage();
    world.move(fixAt("a", 1, 1));
    const { line } = join(HERE);
    line.take("positions");
    world.deleteDevice("a");
    world.move(fixAt("a", 3, 3, 5));
    clock.advance(200);
    expect(line.take("positions")).toMatchObject([{ positions: [{ device: "a", lon: 3 }], gone: [] }]);
  });

  it("[LV5] views may cross the antimeridian, lie on another copy of the world, or be the world", () => {
    const { world, join } = stage();
    world.move(
      ...[-180, -175, -170, 0, 170, 175, 180].map((lon) => fixAt(`at ${lon}`, lon, 0)),
      fixAt("pole", 12, 90),
    );
    const seen = (bbox: number[]): string[] => names(join({ bbox }).line.take("positions")[0]);
    expect(seen([174, -1, -174, 1])).toEqual(["at -175", "at -180", "at 175", "at 180"]);
    expect(seen([174, -1, 186, 1])).toEqual(["at -175", "at -180", "at 175", "at 180"]);
    expect(seen([-186, -1, -174, 1])).toEqual(["at -175", "at -180", "at 175", "at 180"]);
    expect(seen([170, -1, 180, 1])).toEqual(["at -180", "at 170", "at 175", "at 180"]);
    expect(seen([-180, -1, -172, 1])).toEqual(["at -175", "at -180", "at 180"]);
    expect(seen([1, -90, 0, 90])).toHaveLength(8);
    expect(seen([-180, -90, 180, 90])).toHaveLength(8);
    expect(seen([-250, -90, 250, 90])).toHaveLength(8);
  });

  it("[LV6] moving the view sends what is there now and names what only the old view held", () => {
    const { world, clock, hub, join } = stage();
    world.move(fixAt("west", 1, 5), fixAt("both", 6, 5), fixAt("east", 12, 5));
    const { line, viewer } = join(HERE);
    line.take("positions");
    hub.watch(viewer, decodeWatch({ bbox: [5, 0, 15, 10] }));
    const [frame] = line.take("positions");
    expect(names(frame)).toEqual(["both", "east"]);
    expect(frame).toMatchObject({ snapshot: true, gone: ["west"] });
    world.move(fixAt("west", 2, 5, 1), fixAt("east", 13, 5, 1));
    clock.advance(200);
    expect(line.take("positions")).toMatchObject([{ positions: [{ device: "east" }], gone: [] }]);
  });

  it("[LV6] a device deleted from the old view and back in the new one is there, not gone", () => {
    const { world, clock, hub, join } = stage();
    world.move(fixAt("a", 1, 5));
    const { line, viewer } = join(HERE);
    line.take("positions");
    line.heldUp = true;
    world.publish({ kind: "fence-deleted", workspace: WORKSPACE, fence: "depot" });
    world.deleteDevice("a");
    world.move(fixAt("a", 12, 5, 1));
    clock.advance(200);
    hub.watch(viewer, decodeWatch({ bbox: [5, 0, 15, 10] }));
    line.flow();
    expect(line.take("positions")).toMatchObject([{ positions: [{ device: "a" }], gone: [] }]);
  });

  it("[LV7] a large snapshot comes in parts and says what was cut", () => {
    const { world, join } = stage({ frameSize: 10, maxSnapshot: 25 });
    world.move(...Array.from({ length: 40 }, (_, i) => fixAt(`d${i}`, i / 10, 5)));
    const frames = join(HERE).line.take("positions");
    expect(frames.map(({ positions }) => positions.length)).toEqual([10, 10, 5]);
    expect(frames.map(({ snapshot, more, cut }) => [snapshot, more, cut])).toEqual([
      [true, true, 15],
      [undefined, true, undefined],
      [undefined, undefined, undefined],
    ]);
  });

  it("[LV1] speed and course come to a thousandth, and not at all when unknown", () => {
    const { world, join } = stage();
    const { speed: _speed, course: _course, ...bare } = fixAt("bare", 1, 1);
    world.move({ ...fixAt("a", 1.123456789, 1), speed: 1.10898706, course: 359.99961 }, bare);
    expect(join(HERE).line.take("positions")[0].positions).toEqual([
      { device: "a", time: "2026-05-01T00:00:00.000Z", lon: 1.123456789, lat: 1, speed: 1.109, course: 0 },
      { device: "bare", time: "2026-05-01T00:00:00.000Z", lon: 1, lat: 1 },
    ]);
  });

  it("[LV8] a device without a position is on no map, and the same position again is no news", () => {
    const { world, clock, join } = stage();
    world.devices.set("shy", { workspace: WORKSPACE, device: "shy", inside: [] });
    const { line } = join(HERE);
    expect(line.take("positions")[0].positions).toEqual([]);
    world.move(fixAt("a", 1, 1, 1));
    clock.advance(200);
    line.take("positions");
    world.move(fixAt("a", 1, 1, 1));
    world.publish({
      kind: "moved",
      workspace: WORKSPACE,
      devices: [{ workspace: WORKSPACE, device: "shy", inside: [] }],
    });
    clock.advance(200);
    expect(line.take("positions")).toEqual([]);
  });
});

/** A stage whose members can be taken apart. */
function stage(settings: ConstructorParameters<typeof Stage>[0] = {}): {
  world: Stage["world"];
  clock: Stage["clock"];
  hub: Stage["hub"];
  join: Stage["join"];
} {
  const made = new Stage(settings);
  return { world: made.world, clock: made.clock, hub: made.hub, join: (watch) => made.join(watch) };
}

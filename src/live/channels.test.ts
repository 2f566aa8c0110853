import { describe, expect, it } from "vitest";
import { FrameReader } from "#wire";
import type { FakeLine } from "./testing/fake-line.ts";
import { Stage } from "./testing/stage.ts";
import { fixAt } from "./testing/world.ts";
import { FrameTeller } from "./testing/ws-client.ts";
import { decodeWatch } from "./watch.ts";

const bbox = [0, 0, 10, 10];
const HERE = { bbox, zoom: 6, format: "binary" };

const frames = (line: FakeLine): Uint8Array[] => line.take("positions") as Uint8Array[];

/** Reads what a line was sent, as a client does. */
const reading = (
  line: FakeLine,
  view = bbox,
): (() => { positions: { device: string }[]; gone: string[] }[]) => {
  const teller = new FrameTeller(view);
  return () => frames(line).map((frame) => teller.tell(frame));
};

describe("channels", () => {
  it("[LF1] viewers with equal views get the same bytes, written once", () => {
    const stage = new Stage();
    const lines = [stage.join(HERE).line, stage.join(HERE).line, stage.join(HERE).line];
    // The first looked alone when it came.
    const [, one, two] = lines.map((line) => frames(line)[0]);
    expect(one).toBe(two);
    stage.world.move(fixAt("a", 5, 5));
    stage.clock.advance(0);
    const [first, second] = lines.map(frames);
    expect(first).toHaveLength(1);
    expect(first![0]).toBe(second![0]);
  });

  it("[LF1] views that overlap share the blocks of the cells they share", () => {
    const stage = new Stage();
    const left = reading(stage.join(HERE).line);
    const right = reading(stage.join({ ...HERE, bbox: [5, 0, 15, 10] }).line, [5, 0, 15, 10]);
    const { channels } = stage.join().viewer.field;
    stage.world.move(fixAt("both", 7, 5), fixAt("left", 2, 5), fixAt("right", 12, 5));
    stage.clock.advance(0);
    expect(
      left()
        .at(-1)!
        .positions.map(({ device }) => device)
        .toSorted(),
    ).toEqual(["both", "left"]);
    expect(
      right()
        .at(-1)!
        .positions.map(({ device }) => device)
        .toSorted(),
    ).toEqual(["both", "right"]);
    expect(channels.size).toBeLessThan(2 * 81);
  });

  it("[LF2] nothing is kept of what nobody looks at", () => {
    const stage = new Stage();
    const { viewer } = stage.join(HERE);
    const { channels } = viewer.field;
    expect(channels.size).toBeGreaterThan(15);
    stage.hub.watch(viewer, decodeWatch({ bbox, format: "json" }));
    expect(channels.size).toBe(0);
    stage.hub.watch(viewer, decodeWatch(HERE));
    expect(channels.size).toBeLessThan(82);
    stage.hub.leave(viewer);
    expect(channels.size).toBe(0);
    const { version } = channels;
    stage.world.move(fixAt("a", 5, 5));
    expect(channels.version).toBe(version);
  });

  it("[LF3] frames of changes leave on common beats, at most one in 100 ms", () => {
    const stage = new Stage();
    const { line } = stage.join(HERE);
    frames(line);
    const sent: number[] = [];
    for (let ms = 0; ms < 2_000; ms++) {
      stage.clock.advance(1);
      if (ms % 7 === 0) stage.world.move(fixAt("a", 1, 1 + ms / 1_000, ms));
      if (frames(line).length > 0) sent.push(stage.clock.now());
    }
    const gaps = sent.slice(2).map((at, i) => at - (sent[i + 1] ?? 0));
    expect(sent.length).toBeGreaterThan(15);
    expect(new Set(gaps)).toEqual(new Set([100]));
    expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBeGreaterThanOrEqual(75);
  });

  it("[LF4] a device that changes its cell keeps its place on the map, and its name is told again", () => {
    const stage = new Stage();
    stage.world.move(fixAt("a", 1, 1));
    const { line } = stage.join(HERE);
    const read = reading(line);
    read();
    for (let n = 1; n < 9; n++) {
      stage.world.move(fixAt("a", 1 + n, 1, n));
      stage.clock.advance(200);
      expect(read()).toMatchObject([{ positions: [{ device: "a" }], gone: [] }]);
    }
    stage.world.move(fixAt("a", 40, 1, 10));
    stage.clock.advance(200);
    expect(read()).toMatchObject([{ positions: [], gone: ["a"] }]);
  });

  it("[LF4] numbers of devices are given anew without mixing anybody up, for fast and slow readers", () => {
    const stage = new Stage();
    const fast = stage.join(HERE).line;
    const slow = stage.join(HERE).line;
    const readers = [reading(fast), reading(slow)];
    const shown = readers.map(() => new Set<string>());
    const apply = (which: number): void => {
      for (const { positions, gone } of readers[which]!()) {
        for (const { device } of positions) shown[which]!.add(device);
        for (const device of gone) shown[which]!.delete(device);
      }
    };
    apply(0);
    apply(1);
    for (let n = 0; n < 2_000; n++) {
      const device = `d${(n * 7) % 13}`;
      if (n % 3 === 0) stage.world.deleteDevice(device);
      else stage.world.move(fixAt(device, (n * 31) % 10, (n * 17) % 10, n));
      if (n % 400 === 10) slow.heldUp = true;
      if (n % 400 === 390) slow.flow();
      stage.clock.advance(n % 50);
      apply(0);
      apply(1);
    }
    slow.flow();
    stage.clock.advance(200);
    apply(0);
    apply(1);
    const truth = [...stage.world.devices.keys()].toSorted();
    for (const set of shown) expect([...set].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(truth);
  });

  it("[LF5] a crowded cell sends so many devices and counts the rest; who leaves makes room", () => {
    const stage = new Stage({ maxChannel: 5 });
    stage.world.move(...Array.from({ length: 12 }, (_, i) => fixAt(`d${i}`, 5 + i / 100, 5)));
    const { line } = stage.join(HERE);
    const reader = new FrameReader();
    const [first] = frames(line).map((frame) => reader.read(frame));
    expect(first).toMatchObject({ cut: 7 });
    expect(first!.positions).toHaveLength(5);
    expect(reader.crowds()).toMatchObject([{ hidden: 7 }]);
    stage.world.deleteDevice("d0");
    stage.clock.advance(200);
    const [next] = frames(line).map((frame) => reader.read(frame));
    expect(next).toMatchObject({ gone: ["d0"], cut: 6 });
    expect(next!.positions).toHaveLength(1);
    stage.world.move(...Array.from({ length: 12 }, (_, i) => fixAt(`d${i}`, 50, 5, 1)));
    stage.clock.advance(200);
    const [last] = frames(line).map((frame) => reader.read(frame));
    expect(last).toMatchObject({ cut: 0, positions: [] });
    expect(last!.gone).toHaveLength(5);
  });

  it("[LF5] those that a crowded cell sends come from all over it", () => {
    const stage = new Stage({ maxChannel: 8 });
    // Two towns in one cell of a view of the world.
    const towns = [fixAt("w", 1, 1), fixAt("e", 44, 44)];
    const all = towns.flatMap(({ device, lon, lat }) =>
      Array.from({ length: 20 }, (_, i) => fixAt(`${device}${i}`, lon + i / 1_000, lat)),
    );
    stage.world.move(...all);
    const { line } = stage.join({ bbox: [-180, -90, 180, 90], format: "binary" });
    const [first] = frames(line).map((frame) => new FrameReader().read(frame));
    const sent = first!.positions.map(({ device }) => device[0]);
    expect(sent.filter((town) => town === "w")).toHaveLength(4);
    expect(sent.filter((town) => town === "e")).toHaveLength(4);
  });

  it("[LF6] the closer the zoom, the finer the positions", () => {
    const stage = new Stage();
    stage.world.move(fixAt("a", 5.123456789, 5.987654321));
    const off = [6, 10, 14, 18].map((zoom) => {
      const [frame] = frames(stage.join({ ...HERE, zoom }).line);
      const [position] = new FrameReader().read(frame!).positions;
      return Math.abs(position!.lon - 5.123456789);
    });
    expect(off[0]).toBeLessThan(360 / (512 * 2 ** 6) / 16);
    expect(off[1]).toBeLessThan(360 / (512 * 2 ** 10) / 16);
    expect(off[2]).toBeLessThan(360 / (512 * 2 ** 14) / 16);
    expect(off[3]).toBeLessThan(360 / (512 * 2 ** 18) / 8 + 1e-7);
  });

  it("[LV7] a large snapshot comes in parts, and what changes meanwhile is not lost", () => {
    const stage = new Stage({ frameSize: 10 });
    const spread = (n: number): void =>
      stage.world.move(
        ...Array.from({ length: 60 }, (_, i) => fixAt(`d${i}`, (i % 10) + 0.5, (i / 60) * 10, n)),
      );
    spread(0);
    const { line } = stage.join();
    line.heldUp = true;
    stage.hub.watch(stage.join(undefined, line).viewer, decodeWatch(HERE));
    const teller = new FrameTeller(bbox);
    const times = new Map<string, string>();
    let parts = 0;
    for (let n = 1; n <= 30; n++) {
      for (const frame of frames(line)) {
        const body = teller.tell(frame);
        parts += body.more ? 1 : 0;
        for (const { device, time } of body.positions) times.set(device, time);
      }
      if (n < 10) spread(n);
      stage.clock.advance(60);
      line.flow();
      line.heldUp = n < 20;
    }
    expect(parts).toBeGreaterThan(2);
    expect(times.size).toBe(60);
    expect(new Set(times.values())).toEqual(new Set(["2026-05-01T00:00:09.000Z"]));
  });
});

import { describe, expect, it } from "vitest";
import { Stage } from "./testing/stage.ts";
import { fixAt } from "./testing/world.ts";
import { decodeQuery, decodeWatch } from "./watch.ts";

const HERE = { bbox: [0, 0, 10, 10] };

describe("budgets of viewers", () => {
  it("[LB5] a client that asks for a frame a second gets the newest of each device once a second", () => {
    const stage = new Stage();
    const { world, clock } = stage;
    const { line } = stage.join({ ...HERE, every: 1_000 });
    line.take("positions");
    const sent: number[] = [];
    for (let ms = 0; ms < 5_000; ms += 10) {
      world.move(fixAt("a", 1, 1 + ms / 10_000, ms));
      clock.advance(10);
      if (line.take("positions").length > 0) sent.push(clock.now());
    }
    const gaps = sent.slice(1).map((at, i) => at - (sent[i] ?? 0));
    expect(gaps.length).toBeGreaterThan(2);
    // Looked at every 10 ms.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(990);
    expect(Math.max(...gaps)).toBeLessThan(1_050);
  });

  it("[LB5] frames past a client's bytes come less often, and events all the same", () => {
    const stage = new Stage();
    const { world, clock } = stage;
    const { line } = stage.join({ ...HERE, maxBytesPerSecond: 2_000, events: "all" });
    line.take("positions");
    let bytes = 0;
    let frames = 0;
    for (let ms = 0; ms < 20_000; ms += 20) {
      world.move(...Array.from({ length: 20 }, (_, i) => fixAt(`d${i}`, 1 + i / 10, 1 + ms / 100_000, ms)));
      clock.advance(20);
      for (const frame of line.take("positions")) {
        bytes += JSON.stringify(frame).length;
        frames++;
        expect(frame.positions).toHaveLength(20);
      }
    }
    expect(frames).toBeGreaterThan(10);
    // Two seconds' worth may go ahead.
    expect(bytes).toBeLessThan(2_000 * 22 + 4_000);
    expect(bytes).toBeGreaterThan(2_000 * 18);
  });

  it("[LB5] a faster pace holds at once", () => {
    const stage = new Stage();
    const { world, clock } = stage;
    const guest = stage.join({ ...HERE, every: 3_600_000 });
    world.move(fixAt("a", 1, 1, 1));
    clock.advance(10);
    world.move(fixAt("a", 1, 2, 2));
    clock.advance(10_000);
    guest.line.take("positions");
    stage.hub.watch(guest.viewer, decodeWatch(HERE));
    expect(guest.line.take("positions")).toHaveLength(1);
    world.move(fixAt("a", 1, 3, 3));
    clock.advance(200);
    expect(guest.line.take("positions")).toHaveLength(1);
  });

  it("[LH1] [LB5] refuses what is no pace, by name", () => {
    for (const every of [-1, 3_600_001, "fast", null, Number.NaN]) {
      expect(() => decodeWatch({ ...HERE, every })).toThrow(/^every is/);
    }
    for (const maxBytesPerSecond of [0, 99, Infinity, "many"]) {
      expect(() => decodeWatch({ ...HERE, maxBytesPerSecond })).toThrow(/^maxBytesPerSecond is/);
    }
    const query = new URLSearchParams("bbox=0,0,1,1&every=500&maxBytesPerSecond=1000");
    expect(decodeQuery(query)).toMatchObject({ every: 500, maxBytesPerSecond: 1_000 });
    expect(() => decodeQuery(new URLSearchParams("bbox=0,0,1,1&every=soon"))).toThrow('every is "soon"');
  });
});

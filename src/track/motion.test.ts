import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destination } from "#geo";
import type { Position } from "#wire";
import { trackDefaults } from "./config.ts";
import { judgePosition, type TrackState } from "./judge.ts";
import { judgeMotion, type MotionState } from "./motion.ts";

const at = (seconds: number, meters: number, more: Partial<Position> = {}): Position => {
  const [lon, lat] = destination(13, 52, 90, meters);
  return { device: "cab", time: seconds * 1_000, lon, lat, ...more };
};

const states = (positions: readonly Position[]): MotionState[] => {
  let state: MotionState | undefined;
  return positions.map((position) => (state = judgeMotion(state, position, trackDefaults)));
};
const motions = (positions: readonly Position[]): [string, number][] =>
  states(positions).map(({ motion, since }) => [motion, since / 1_000]);

describe("judgeMotion", () => {
  it("[TR8] the first fix moves exactly when it reports a fast speed", () => {
    expect(motions([at(5, 0)])).toEqual([["stopped", 5]]);
    expect(motions([at(5, 0, { speed: 1.49 })])).toEqual([["stopped", 5]]);
    expect(motions([at(5, 0, { speed: 1.5 })])).toEqual([["moving", 5]]);
  });

  it("[TR9] a minute near one place is a stop, since its beginning", () => {
    const stay = [at(0, 0, { speed: 10 }), at(10, 100), at(40, 120), at(69, 90), at(70, 110)];
    expect(motions(stay)).toEqual([
      ["moving", 0],
      ["moving", 0],
      ["moving", 0],
      ["moving", 0],
      ["stopped", 10],
    ]);
  });

  it("[TR9] a reported speed or a step out of the place begins the stay anew", () => {
    const crawl = [at(0, 0, { speed: 10 }), at(59, 0, { speed: 2 }), at(61, 0), at(100, 51), at(159, 51)];
    expect(motions(crawl).map(([motion]) => motion)).toEqual(Array(5).fill("moving"));
    expect(motions([...crawl, at(160, 51)]).at(-1)).toEqual(["stopped", 100]);
  });

  it("[TR10] three fixes in a row that speak of movement set it off, since the first; two do not", () => {
    expect(motions([at(0, 0), at(10, 300), at(20, 600), at(30, 900)])).toEqual([
      ["stopped", 0],
      ["stopped", 0],
      ["stopped", 0],
      ["moving", 10],
    ]);
    const fast = [10, 20, 30].map((second) => at(second, 0, { speed: 5 }));
    expect(motions([at(0, 0), ...fast]).at(-1)).toEqual(["moving", 10]);
  });

  it("[TR10] a phone that jumps 200 m once or twice and comes back has not moved", () => {
    const jumps = [0, 200, 0, 200, 200, 0, 210, 190, 0].map((meters, index) => at(index * 10, meters));
    expect(motions(jumps)).toEqual(jumps.map(() => ["stopped", 0]));
  });

  it("[TR10] a receiver that admits how wrong it is gets that much room", () => {
    const vague = { accuracy: 500 };
    const away = (meters: number): Position[] => [10, 20, 30].map((second) => at(second, meters, vague));
    expect(motions([at(0, 0), ...away(560)]).at(-1)).toEqual(["stopped", 0]);
    expect(motions([at(0, 0), ...away(650)]).at(-1)).toEqual(["moving", 10]);
  });

  it("[TR10] a record from when two fixes were enough goes on with the one that it counted", () => {
    const [before] = states([at(0, 0)]);
    const old: MotionState = { ...before!, turn: 10_000 };
    const second = judgeMotion(old, at(20, 600), trackDefaults);
    expect(second.motion).toBe("stopped");
    expect(judgeMotion(second, at(30, 900), trackDefaults)).toMatchObject({
      motion: "moving",
      since: 10_000,
    });
    expect(judgeMotion(old, at(20, 0), trackDefaults)).toEqual(before);
  });

  it("[TR11] noise around a parked receiver never makes it move, at any rate of fixes", () => {
    const noise = fc.array(
      fc.record({
        gap: fc.integer({ min: 1, max: 300 }),
        meters: fc.double({ min: 0, max: 49, noNaN: true }),
        course: fc.double({ min: 0, max: 359, noNaN: true }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(noise, (steps) => {
        let time = 0;
        let state: TrackState | undefined = judgePosition(undefined, at(0, 0)).state;
        for (const { gap, meters, course } of steps) {
          time += gap;
          const [lon, lat] = destination(13, 52, course, meters);
          state = judgePosition(state, { device: "cab", time: time * 1_000, lon, lat }).state;
          expect(state.motion.motion).toBe("stopped");
          expect(state.motion.since).toBe(0);
        }
      }),
    );
  });

  it("[TR11] a vehicle that stops among noise changes its motion once", () => {
    const drive = Array.from({ length: 60 }, (_, s) => at(s, s * 12, { speed: 12 }));
    const park = Array.from({ length: 300 }, (_, s) =>
      at(60 + s, 720 + 20 * Math.sin(s * 1.7), { speed: 0.3 }),
    );
    const all = motions([...drive, ...park]);
    const changes = all.filter(([motion], index) => index > 0 && motion !== all[index - 1]![0]);
    expect(changes).toEqual([["stopped", 59]]);
  });
});

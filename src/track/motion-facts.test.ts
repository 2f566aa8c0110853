import { describe, expect, it } from "vitest";
import { destination } from "#geo";
import type { Fact, Position } from "#wire";
import { trackDefaults } from "./config.ts";
import { judgeMotion, type MotionState } from "./motion.ts";
import { motionFacts } from "./motion-facts.ts";

const at = (seconds: number, meters: number, more: Partial<Position> = {}): Position => {
  const [lon, lat] = destination(13, 52, 90, meters);
  return { device: "cab", time: seconds * 1_000, lon, lat, ...more };
};

const run = (positions: readonly Position[], from?: MotionState): Fact[] => {
  let state = from;
  return positions.flatMap((position) => {
    const before = state;
    state = judgeMotion(before, position, trackDefaults);
    return [...motionFacts(before, state, position)];
  });
};
const raise = (type: "stopped" | "moving", { time, lon, lat }: Position): Fact => ({
  kind: "raise",
  type,
  time,
  fix: time,
  lon,
  lat,
});

describe("motionFacts", () => {
  it("[WM1] the first fix begins a motion and changes none", () => {
    expect(run([at(0, 0)])).toEqual([]);
    expect(run([at(0, 0, { speed: 9 })])).toEqual([]);
  });

  it("[WM2] a stop is told at the place and time at which the stay began", () => {
    const drive = [at(0, 0, { speed: 10 }), at(10, 100), at(40, 120), at(70, 110), at(200, 110)];
    expect(run(drive)).toEqual([raise("stopped", drive[1]!)]);
  });

  it("[WM3] setting off is told at the place and time of the first fix that spoke of it", () => {
    const leave = [at(0, 0), at(10, 300), at(20, 600), at(30, 900), at(40, 1200)];
    expect(run(leave)).toEqual([raise("moving", leave[1]!)]);
  });

  it("[WM3] a record that does not hold that place lends the last one", () => {
    const [first, next] = [at(0, 0), at(30, 900)];
    const state = { ...judgeMotion(undefined, first, trackDefaults), turn: 10_000 };
    const eager = judgeMotion(state, next, { ...trackDefaults, movingFixes: 2 });
    const { lon, lat } = next;
    expect(motionFacts(state, eager, next)).toEqual([
      { kind: "raise", type: "moving", time: 10_000, fix: 10_000, lon, lat },
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destination, distance } from "#geo";
import type { Fix, Position } from "#wire";
import { trackDefaults } from "./config.ts";
import { judgePosition, type Tracked, type TrackState } from "./judge.ts";
import { reportedOf } from "./reported.ts";

const at = (seconds: number, lon = 0, lat = 0, more: Partial<Position> = {}): Position => ({
  device: "bus",
  time: 1_700_000_000_000 + seconds * 1_000,
  lon,
  lat,
  ...more,
});

/** All verdicts, and the state at the end. */
function run(positions: readonly Position[]): { tracked: Tracked[]; state: TrackState } {
  let state: TrackState | undefined;
  const tracked = positions.map((position) => {
    const one = judgePosition(state, position);
    state = one.state;
    return one;
  });
  return { tracked, state: state! };
}

const verdicts = (positions: readonly Position[]): string[] =>
  run(positions).tracked.map(({ verdict }) => verdict);

describe("judgePosition", () => {
  it("[TR1] the first position is a live fix, as it was reported", () => {
    const first = at(0, 1, 2, { speed: 3, attributes: { battery: 80 } });
    const { verdict, fix, state } = judgePosition(undefined, first);
    expect(verdict).toBe("live");
    expect(fix).toEqual(first);
    expect(state.fix).toEqual(first);
    expect(state.newest).toBe(first.time);
  });

  it("[TR3] a copy of the newest time changes nothing, whatever else it says", () => {
    const { state } = run([at(0), at(10, 0.001)]);
    const copy = judgePosition(state, at(10, 50, 50));
    expect(copy.verdict).toBe("duplicate");
    expect(copy.state).toBe(state);
  });

  it("[TR4] a late position is flagged, not completed, and changes no state", () => {
    const { state } = run([at(0), at(10, 0.001)]);
    const late = judgePosition(state, at(5, 0.0005));
    expect(late.verdict).toBe("late");
    expect(late.fix).toEqual({ ...at(5, 0.0005), late: true });
    expect(late.state).toBe(state);
  });

  it("[TR4] what is stored holds the same times in whatever order positions come, and only arrival makes them late", () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: 12 }, (_, index) => index),
      { minLength: 12 },
    );
    fc.assert(
      fc.property(order, (seconds) => {
        const { tracked, state } = run(seconds.map((second) => at(second, second * 1e-5)));
        expect(new Set(tracked.map(({ fix }) => fix.time))).toEqual(new Set(seconds.map((s) => at(s).time)));
        let newest = -1;
        for (const [index, second] of seconds.entries()) {
          expect(tracked[index]!.fix.late === true).toBe(second < newest);
          newest = Math.max(newest, second);
        }
        expect(state.fix.time).toBe(at(11).time);
      }),
    );
  });

  it("[TR4] a state is plain JSON: judging goes on from a copy that went through text", () => {
    const positions = [at(0), at(1, 3), at(2, 3.001), at(3, 0.0001), at(70, 0.0001), at(140, 0.0001)];
    const whole = run(positions);
    for (let cut = 1; cut < positions.length; cut++) {
      let state = JSON.parse(JSON.stringify(run(positions.slice(0, cut)).state)) as TrackState;
      for (const position of positions.slice(cut)) state = judgePosition(state, position).state;
      expect(state).toEqual(whole.state);
    }
  });

  it("[TR5] a jump beyond 400 m/s is flagged, does not move the live state, and counts as newest", () => {
    const { tracked, state } = run([at(0), at(10, 1)]);
    expect(tracked[1]!.fix).toEqual({ ...at(10, 1), outlier: true });
    expect(state.fix.time).toBe(at(0).time);
    expect(state.newest).toBe(at(10).time);
    expect(judgePosition(state, at(5)).verdict).toBe("late");
    expect(judgePosition(state, at(11, 0.001)).verdict).toBe("live");
  });

  it("[TR5] the limit lies at the speed itself, anywhere on the globe and across the antimeridian", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -85, max: 85, noNaN: true }),
        fc.double({ min: 0, max: 359, noNaN: true }),
        (lon, lat, course) => {
          for (const [meters, verdict] of [
            [3_999, "live"],
            [4_001, "outlier"],
          ] as const) {
            const [toLon, toLat] = destination(lon, lat, course, meters);
            expect(verdicts([at(0, lon, lat), at(10, toLon, toLat)])[1]).toBe(verdict);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("[TR6] the third outlier of a consistent row is the new anchor, flagged in history and plain in the live state", () => {
    const { tracked, state } = run([at(0), at(10, 5), at(20, 5.001), at(30, 5.002), at(40, 5.003)]);
    expect(tracked.map(({ verdict }) => verdict)).toEqual(["live", "outlier", "outlier", "live", "live"]);
    expect(tracked.map(({ fix }) => fix.outlier === true)).toEqual([false, true, true, true, false]);
    expect(state.fix.lon).toBe(5.003);
    expect(run([at(0), at(10, 5), at(20, 5.001), at(30, 5.002)]).state.fix).toEqual(at(30, 5.002));
  });

  it("[TR6] outliers that contradict one another never re-anchor, and a live fix ends a row", () => {
    const scattered = Array.from({ length: 20 }, (_, index) => at(10 + index, index % 2 ? 40 : -40));
    expect(new Set(verdicts([at(0), ...scattered]).slice(1))).toEqual(new Set(["outlier"]));
    expect(verdicts([at(0), at(1, 5), at(2, 5), at(3, 0.001), at(4, 5), at(5, 5), at(6, 5)])).toEqual([
      "live",
      "outlier",
      "outlier",
      "live",
      "outlier",
      "outlier",
      "live",
    ]);
  });

  it("[TR6] a device that was carried away is found again, wherever it goes on", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 170, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        (lon, step) => {
          const away = Array.from({ length: 3 }, (_, index) => at(1 + index * step, lon + index * 1e-4));
          const reach = (trackDefaults.maxSpeed * (away[2]!.time - at(0).time)) / 1_000;
          fc.pre(distance(0, 0, lon, 0) > reach);
          expect(run([at(0), ...away]).state.fix.time).toBe(away[2]!.time);
        },
      ),
    );
  });

  it("[TR7] missing speed and course are geodesic; reported ones are kept", () => {
    const { tracked } = run([at(0, 10, 60), at(10, 10.002, 60.001)]);
    const { speed, course } = tracked[1]!.fix;
    expect(speed).toBe(Math.round(distance(10, 60, 10.002, 60.001) * 100) / 1_000);
    expect(course).toBeCloseTo(45.01, 1);
    expect(tracked[1]!.fix.computed).toEqual(["speed", "course"]);
    const said = at(10, 10.002, 60.001, { speed: 1, course: 2 });
    expect(run([at(0, 10, 60), said]).tracked[1]!.fix).toEqual(said);
    const half = run([at(0, 10, 60), at(10, 10.002, 60.001, { course: 2 })]).tracked[1]!.fix;
    expect(half).toMatchObject({ course: 2, computed: ["speed"] });
  });

  it("[TR7] a course a hair west of north is 0, never 360", () => {
    expect(run([at(0, 0, 0), at(10, -1e-8, 0.01)]).tracked[1]!.fix.course).toBe(0);
  });

  it("[TR7] what was computed can be taken off again", () => {
    const reported = [
      at(0, 10, 60),
      at(10, 10.002, 60.001),
      at(20, 10.004, 60.002, { speed: 1 }),
      at(30, 10.006, 60.003, { course: 2, attributes: { a: 1 } }),
      at(40, 90, 0),
      at(35, 10.007, 60.003),
      at(50, 10.008, 60.004, { speed: 1, course: 2 }),
    ];
    const fixes = run(reported).tracked.map(({ fix }) => fix);
    expect(fixes.filter(({ outlier, late }) => outlier === true || late === true)).toHaveLength(2);
    expect(fixes.map(reportedOf)).toEqual(reported);
  });

  it("[TR7] standing still: speed 0 and the last course, or none", () => {
    const known = run([at(0, 1, 1, { course: 90, speed: 5 }), at(5, 1, 1)]).tracked[1]!.fix;
    expect([known.speed, known.course]).toEqual([0, 90]);
    const unknown: Fix = run([at(0, 1, 1), at(5, 1, 1)]).tracked[1]!.fix;
    expect([unknown.speed, "course" in unknown, unknown.computed]).toEqual([0, false, ["speed"]]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact } from "#wire";
import { judgeOverspeed, type OverspeedState, type OverspeedWatch, type SpeedFix } from "./overspeed.ts";

const at = (seconds: number, speed?: number, lon: number = seconds / 1000): SpeedFix => ({
  time: seconds * 1000,
  lon,
  lat: seconds / 500,
  ...(speed !== undefined && { speed }),
});
const limit = (seconds: number): OverspeedWatch => ({ speed: 10, seconds });

const run = (
  fixes: readonly SpeedFix[],
  watch: OverspeedWatch,
  applies: (fix: SpeedFix) => boolean = () => true,
): Fact[] => {
  let [state, last]: [OverspeedState | undefined, SpeedFix | undefined] = [undefined, undefined];
  const facts: Fact[] = [];
  for (const fix of fixes) {
    const judged = judgeOverspeed(state, last, fix, watch, applies(fix));
    facts.push(...judged.facts);
    [state, last] = [judged.state, fix];
  }
  return facts;
};
const brief = (facts: readonly Fact[]): [number, number][] =>
  facts.map(({ fix, time }) => [fix / 1000, time / 1000]);

describe("judgeOverspeed", () => {
  it("[WO1] faster than the limit is more than it, and a device that says no speed says nothing", () => {
    expect(run([at(0, 10), at(10), at(20, 10)], limit(0))).toEqual([]);
    expect(brief(run([at(0, 10.001)], limit(0)))).toEqual([[0, 0]]);
  });

  it("[WO2] it is raised when it has lasted, between the two fixes around that time", () => {
    const facts = run([at(0, 5), at(10, 12), at(20, 12), at(40, 12), at(60, 12)], limit(20));
    expect(facts).toEqual([
      { kind: "raise", type: "overspeed", time: 30_000, fix: 10_000, lon: 0.03, lat: 0.06 },
    ]);
    expect(run([at(0, 12), at(19, 12), at(20, 9)], limit(20))).toEqual([]);
  });

  it("[WO2] the place between two fixes lies on the short way over the antimeridian", () => {
    const [fact] = run([at(0, 12, 179), at(10, 12, -179)], limit(7.5));
    expect(fact).toMatchObject({ lon: -179.5, time: 7_500 });
  });

  it("[WO3] once a run; a fix that is not faster ends it", () => {
    const fixes = [11, 12, 13, 10, 12, 12].map((speed, index) => at(index * 10, speed));
    expect(brief(run(fixes, limit(10)))).toEqual([
      [0, 10],
      [40, 50],
    ]);
  });

  it("[WO4] a gap of more than five minutes begins a new run", () => {
    expect(brief(run([at(0, 12), at(300, 12)], limit(200)))).toEqual([[0, 200]]);
    expect(brief(run([at(0, 12), at(301, 12)], limit(200)))).toEqual([]);
    expect(brief(run([at(0, 12), at(301, 12)], limit(0)))).toEqual([
      [0, 0],
      [301, 301],
    ]);
  });

  it("[WO5] outside of the fence of the watch nothing is too fast", () => {
    const fixes = [0, 10, 20, 30, 40].map((second) => at(second, 12));
    expect(brief(run(fixes, limit(10), ({ time }) => time !== 10_000))).toEqual([[20, 30]]);
  });

  it("[WO2] agrees with the runs that one finds by looking at all fixes", () => {
    const step = fc.record({
      gap: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 299, max: 302 })),
      speed: fc.integer({ min: 8, max: 14 }),
    });
    const agrees = fc.property(fc.array(step), fc.nat(60), (steps, seconds) => {
      let time = 0;
      const fixes = steps.map(({ gap, speed }) => at((time += gap), speed));
      const runs: SpeedFix[][] = [];
      for (const [index, fix] of fixes.entries()) {
        if (fix.speed! <= 10) continue;
        const before = fixes[index - 1];
        if (before && before.speed! > 10 && fix.time - before.time <= 300_000) runs.at(-1)!.push(fix);
        else runs.push([fix]);
      }
      const wanted = runs
        .map((one) => [one[0]!.time / 1000, one.at(-1)!.time / 1000] as const)
        .filter(([first, end]) => end - first >= seconds)
        .map(([first]) => [first, first + seconds]);
      expect(brief(run(fixes, limit(seconds)))).toEqual(wanted);
    });
    fc.assert(agrees, { seed: 5, numRuns: 500 });
  });

  it("[WO1] nothing is kept of a device that is not too fast", () => {
    expect(judgeOverspeed({ fix: 0, raised: true }, at(0), at(1, 9), limit(0), true).state).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact, Mark } from "#wire";
import { net } from "#wire/testing";
import { dropStay, dwellDue, fireDwell, judgeDwell, type DwellState, type FenceMove } from "./dwell.ts";

const at = (seconds: number): Mark => ({ time: seconds * 1000, lon: seconds / 100, lat: 1 });
const move = (type: "enter" | "exit", seconds: number, fence = "yard", dwellSeconds = 60): FenceMove => ({
  ...at(seconds),
  type,
  fence,
  fenceVersion: 1,
  fix: Math.ceil(seconds) * 1000,
  dwellSeconds,
});
const enter = (seconds: number, fence?: string, dwell?: number): FenceMove =>
  move("enter", seconds, fence, dwell);
const exit = (seconds: number, fence?: string): FenceMove => move("exit", seconds, fence);

interface Step {
  readonly fix: Mark;
  readonly moves: readonly FenceMove[];
  /** Timers before this fix. */
  readonly fires: readonly number[];
}

/** All facts of the steps, and the state at the end. */
function run(steps: readonly Step[], end?: number): { facts: Fact[]; state: DwellState } {
  let [state, last]: [DwellState, Mark | undefined] = [[], undefined];
  const facts: Fact[] = [];
  const fire = (now: number): void => {
    if (last === undefined) return;
    const fired = fireDwell(state, last, now);
    state = fired.state;
    facts.push(...fired.facts);
  };
  for (const { fix, moves, fires } of steps) {
    fires.forEach(fire);
    const judged = judgeDwell(state, { fix, ...(last && { last }) }, moves);
    facts.push(...judged.facts);
    [state, last] = [judged.state, fix];
  }
  if (end !== undefined) fire(end);
  return { facts, state };
}
const step = (seconds: number, ...moves: readonly FenceMove[]): Step => ({
  fix: at(seconds),
  moves,
  fires: [],
});
const raise = (seconds: number, fix: number, place: number, fence = "yard"): Fact => ({
  ...at(place),
  kind: "raise",
  type: "dwell",
  time: seconds * 1000,
  fix: fix * 1000,
  fence,
  fenceVersion: 1,
});

describe("dwell", () => {
  it("[WD1] a fence that waits for nobody begins no stay, and nothing going on is one object", () => {
    const { state, facts } = judgeDwell([], { fix: at(1) }, [enter(1, "yard", 0)]);
    expect([state, facts, dwellDue(state)]).toEqual([[], [], undefined]);
    const idle: DwellState = [];
    expect(judgeDwell(idle, { fix: at(2) }, []).state).toBe(idle);
  });

  it("[WD2] a timer raises it once", () => {
    const { state } = run([step(3, enter(2.5)), step(10)]);
    expect(dwellDue(state)).toBe(62_500);
    expect(fireDwell(state, at(10), 62_499).facts).toEqual([]);
    const fired = fireDwell(state, at(10), 70_000);
    expect(fired.facts).toEqual([raise(62.5, 3, 10)]);
    expect(dwellDue(fired.state)).toBeUndefined();
    expect(fireDwell(fired.state, at(10), 90_000).facts).toEqual([]);
    expect(judgeDwell(fired.state, { fix: at(100), last: at(10) }, []).facts).toEqual([]);
  });

  it("[WD3] a fix or an exit at the deadline or later shows it, before the exit", () => {
    expect(run([step(0, enter(0)), step(60)]).facts).toEqual([raise(60, 0, 60)]);
    expect(run([step(0, enter(0)), step(50), step(80, exit(60))]).facts).toEqual([raise(60, 0, 50)]);
  });

  it("[WD4] an exit before the deadline ends the stay, and takes back what a timer has raised", () => {
    expect(run([step(0, enter(0)), step(80, exit(59.9))])).toEqual({ facts: [], state: [] });
    const { state } = fireDwell(run([step(0, enter(0))]).state, at(0), 61_000);
    expect(judgeDwell(state, { fix: at(59), last: at(0) }, [exit(58.5)])).toEqual({
      state: [],
      facts: [{ kind: "withdraw", type: "dwell", time: 60_000, fix: 0, fence: "yard", fenceVersion: 1 }],
    });
  });

  it("[WD4] an exit that settles fixes later takes back what the fixes between have shown", () => {
    const { facts } = run([step(0, enter(0)), step(58), step(61), step(70, exit(58.5))]);
    expect(facts.map(({ kind }) => kind)).toEqual(["raise", "withdraw"]);
  });

  it("[WD5] the place is the last one known by then", () => {
    expect(run([step(0, enter(0)), step(20), step(90)]).facts).toEqual([raise(60, 0, 20)]);
    // The enter settled when the deadline was past: neither fix around lies within the stay so far.
    expect(run([step(5), step(95), step(100, enter(10))]).facts).toEqual([
      { ...raise(70, 10, 10), fix: 10_000 },
    ]);
  });

  it("[WD6] a stay of a fence that is gone ends without a word", () => {
    const { state } = run([step(0, enter(0), enter(0, "shop", 5))]);
    expect(dwellDue(state)).toBe(5_000);
    expect(dropStay(state, "shop").map(({ fence }) => fence)).toEqual(["yard"]);
    expect(dropStay(state, "field")).toBe(state);
  });

  /** Fixes with timers between them, and moves that come with the fix after them or a few fixes later. */
  const history = fc
    .record({
      gaps: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 }),
      fires: fc.array(fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 2 }), { maxLength: 30 }),
      moves: fc.array(
        fc.array(fc.record({ wait: fc.integer({ min: 1, max: 200 }), delay: fc.nat(3) }), { maxLength: 8 }),
        { minLength: 2, maxLength: 2 },
      ),
      more: fc.nat(150),
    })
    .map(({ gaps, fires, moves, more }) => {
      let time = 0;
      const fixes = gaps.map((gap) => at((time += gap)));
      const given: FenceMove[][] = fixes.map(() => []);
      for (const [fence, ones] of moves.entries()) {
        let [seconds, from] = [0, 0];
        for (const [index, { wait, delay }] of ones.entries()) {
          seconds += wait;
          const shown = fixes.findIndex((fix) => fix.time >= seconds * 1000);
          if (shown < 0) break;
          from = Math.min(Math.max(from, shown + delay), fixes.length - 1);
          given[from]!.push(move(index % 2 ? "exit" : "enter", seconds, `f${fence}`));
        }
      }
      const steps = fixes.map((fix, index): Step => ({
        fix,
        moves: given[index]!.toSorted((a, b) => a.time - b.time),
        fires: (fires[index] ?? []).map((after) => (fixes[index - 1]?.time ?? 0) + after * 1000),
      }));
      // No timer may know of a later time than the last one.
      return { steps, end: Math.max((time + more) * 1000, ...steps.flatMap((one) => one.fires)) };
    });

  it("[WD2] timers between the fixes change nothing in the end", () => {
    const same = fc.property(history, ({ steps, end }) => {
      const quiet = steps.map((one) => ({ ...one, fires: [] }));
      expect(net(run(steps, end).facts)).toEqual(net(run(quiet, end).facts));
    });
    fc.assert(same, { seed: 7, numRuns: 1_000 });
  });

  it("[WD3] agrees with the stays that one finds by looking at all moves", () => {
    const agrees = fc.property(history, ({ steps, end }) => {
      const moves = steps.flatMap((one) => one.moves);
      const wanted: string[] = [];
      for (const { type, fence, time, fix } of moves) {
        if (type !== "enter") continue;
        const left = moves.find((one) => one.fence === fence && one.time > time);
        if ((left?.time ?? end) >= time + 60_000)
          wanted.push(JSON.stringify(["dwell", fence, 1, fix, time + 60_000]));
      }
      expect(net(run(steps, end).facts)).toEqual(wanted.sort());
    });
    fc.assert(agrees, { seed: 8, numRuns: 1_000 });
  });

  it("[WD1] a state is plain JSON", () => {
    const { state } = run([step(0, enter(0), enter(0, "shop", 5)), step(9)]);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

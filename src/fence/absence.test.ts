import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact, Mark } from "#wire";
import { net } from "#wire/testing";
import {
  beginAbsence,
  fireAbsence,
  judgeAbsence,
  type AbsenceMove,
  type AbsenceState,
  type Deadline,
} from "./absence.ts";

/** Days of 100 seconds; the deadline is at 50, the window begins at 30. */
const at = (seconds: number): Mark => ({ time: seconds * 1000, lon: seconds / 100, lat: 1 });
const day = (seconds: number): number => Math.floor((seconds + 50) / 100);
const plain = (after: number): Deadline => ({ due: (day(after / 1000) * 100 + 50) * 1000 });
const windowed = (after: number): Deadline => ({ ...plain(after), from: plain(after).due - 20_000 });

const move = (type: AbsenceMove["type"], seconds: number): AbsenceMove => ({ type, time: seconds * 1000 });

interface Step {
  readonly fix: Mark;
  readonly moves: readonly AbsenceMove[];
  readonly fires: readonly number[];
}
const step = (seconds: number, ...moves: readonly AbsenceMove[]): Step => ({
  fix: at(seconds),
  moves,
  fires: [],
});
const timer = (seconds: number, fires: readonly number[], ...moves: readonly AbsenceMove[]): Step => ({
  ...step(seconds, ...moves),
  fires: fires.map((fire) => fire * 1000),
});

function run(
  steps: readonly Step[],
  next: (after: number) => Deadline,
  end?: number,
): { facts: Fact[]; state: AbsenceState } {
  let state = beginAbsence(next(0), false);
  let last = at(0);
  const facts: Fact[] = [];
  const fire = (now: number): void => {
    const fired = fireAbsence(state, last, now, next);
    state = fired.state;
    facts.push(...fired.facts);
  };
  for (const { fix, moves, fires } of steps) {
    fires.forEach(fire);
    const judged = judgeAbsence(state, { fix, last }, moves, next);
    facts.push(...judged.facts);
    [state, last] = [judged.state, fix];
  }
  if (end !== undefined) fire(end);
  return { facts, state };
}
const brief = (steps: readonly Step[], next: (after: number) => Deadline): string[] =>
  run(steps, next).facts.map(({ kind, time }) => `${kind} ${time / 1000}`);

describe("absence", () => {
  it("[WA1] a device that was inside when its watch began is not absent while it stays", () => {
    const state = beginAbsence(plain(0), true);
    const judged = judgeAbsence(state, { fix: at(60), last: at(0) }, [], plain);
    expect(judged.facts).toEqual([]);
    expect(judged.state.next).toEqual({ due: 150_000, inside: true, seen: false, raised: false });
  });

  it("[WA2] inside at the deadline, or absent", () => {
    expect(brief([step(10, move("enter", 9)), step(60)], plain)).toEqual([]);
    expect(brief([step(10, move("enter", 9)), step(20, move("exit", 20)), step(60)], plain)).toEqual([
      "raise 50",
    ]);
    expect(brief([step(60, move("enter", 50))], plain)).toEqual([]);
    expect(brief([step(60, move("enter", 50.001))], plain)).toEqual(["raise 50"]);
    expect(brief([step(10, move("enter", 9)), step(60, move("exit", 50))], plain)).toEqual([]);
    expect(brief([step(10, move("enter", 9)), step(60, move("exit", 49.999))], plain)).toEqual(["raise 50"]);
  });

  it("[WA2] with a window, inside at any time of it is enough", () => {
    const visit = (from: number, to: number): Step[] => [step(60, move("enter", from), move("exit", to))];
    expect(brief(visit(10, 29.9), windowed)).toEqual(["raise 50"]);
    expect(brief(visit(10, 30), windowed)).toEqual([]);
    expect(brief(visit(35, 40), windowed)).toEqual([]);
    expect(brief(visit(50, 55), windowed)).toEqual([]);
    expect(brief(visit(51, 55), windowed)).toEqual(["raise 50"]);
    expect(brief([step(60, move("cross", 45))], windowed)).toEqual([]);
    expect(brief([step(60, move("cross", 25))], windowed)).toEqual(["raise 50"]);
    expect(brief([step(60, move("cross", 45))], plain)).toEqual(["raise 50"]);
  });

  it("[WA3] it is raised once a deadline, by a timer or by a fix, at the last place known by then", () => {
    const fact = { kind: "raise", type: "absent", time: 50_000, fix: 50_000, lat: 1 };
    expect(run([timer(60, [49, 50, 55])], plain).facts).toEqual([{ ...fact, lon: 0 }]);
    expect(run([step(20), step(60), step(70)], plain).facts).toEqual([{ ...fact, lon: 0.2 }]);
    expect(run([step(50)], plain).facts).toEqual([{ ...fact, lon: 0.5 }]);
  });

  it("[WA4] a fix of before the deadline that comes after its timer takes it back, or raises it", () => {
    expect(brief([timer(40, [55], move("enter", 39))], plain)).toEqual(["raise 50", "withdraw 50"]);
    const left = [step(10, move("enter", 9)), timer(40, [55], move("exit", 39))];
    expect(brief(left, plain)).toEqual(["raise 50"]);
    expect(brief([timer(40, [255], move("enter", 39))], plain)).toEqual([
      "raise 50",
      "raise 150",
      "raise 250",
      "withdraw 50",
      "withdraw 150",
      "withdraw 250",
    ]);
  });

  it("[WA4] an enter that settles fixes later takes it back too", () => {
    expect(brief([step(48), step(55), step(62, move("enter", 49))], plain)).toEqual([
      "raise 50",
      "withdraw 50",
    ]);
  });

  it("[WA5] the next deadline follows at once; what must follow later throws when it does not", () => {
    expect(brief([step(340)], plain)).toEqual(["raise 50", "raise 150", "raise 250"]);
    expect(() => run([step(60)], () => ({ due: 50_000 }))).toThrow(
      "next deadline 50000, expected after 50000",
    );
  });

  it("[WA6] nothing new is made while nothing happens, and little is kept", () => {
    const { state } = run([step(340)], plain);
    expect(state.past).toHaveLength(1);
    expect(judgeAbsence(state, { fix: at(341), last: at(340) }, [], plain).state).toBe(state);
    expect(run([timer(10, [100_000])], plain).state.past).toHaveLength(31);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  /** Fixes with timers between them, and moves that come with the fix after them or a few fixes later. */
  const history = fc
    .record({
      gaps: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 25 }),
      fires: fc.array(fc.array(fc.integer({ min: 0, max: 250 }), { maxLength: 2 }), { maxLength: 25 }),
      moves: fc.array(fc.record({ wait: fc.integer({ min: 1, max: 90 }), delay: fc.nat(2) }), {
        maxLength: 10,
      }),
      more: fc.nat(250),
    })
    .map(({ gaps, fires, moves, more }) => {
      let time = 0;
      const fixes = gaps.map((gap) => at((time += gap)));
      const given: AbsenceMove[][] = fixes.map(() => []);
      let [seconds, from] = [0, 0];
      for (const [index, { wait, delay }] of moves.entries()) {
        seconds += wait;
        const shown = fixes.findIndex((fix) => fix.time >= seconds * 1000);
        if (shown < 0) break;
        from = Math.min(Math.max(from, shown + delay), fixes.length - 1);
        // A move that settles more than a deadline later is not waited for.
        if (from > shown && day(fixes[from]!.time / 1000) > day(seconds) + 1) break;
        given[from]!.push(move(index % 2 ? "exit" : "enter", seconds));
      }
      const steps = fixes.map((fix, index): Step => ({
        fix,
        moves: given[index]!,
        fires: (fires[index] ?? []).map((after) => (fixes[index - 1]?.time ?? 0) + after * 1000),
      }));
      // No timer may know of a later time than the last one.
      return { steps, end: Math.max((time + more) * 1000, ...steps.flatMap((one) => one.fires)) };
    });

  for (const [name, next] of Object.entries({ plain, windowed })) {
    it(`[WA4] timers between the fixes change nothing in the end: ${name}`, () => {
      const same = fc.property(history, ({ steps, end }) => {
        const quiet = steps.map((one) => ({ ...one, fires: [] }));
        expect(net(run(steps, next, end).facts)).toEqual(net(run(quiet, next, end).facts));
      });
      fc.assert(same, { seed: 9, numRuns: 1_000 });
    });

    it(`[WA2] agrees with the visits that one finds by looking at all moves: ${name}`, () => {
      const agrees = fc.property(history, ({ steps, end }) => {
        const moves = steps.flatMap((one) => one.moves);
        const wanted: string[] = [];
        for (let { due, from = due } = next(0); due <= end; { due, from = due } = next(due)) {
          const visited = moves.some(({ type, time }, index) => {
            const left = moves[index + 1]?.time ?? Infinity;
            return type === "enter" && time <= due && left >= from;
          });
          if (!visited) wanted.push(JSON.stringify(["absent", null, null, due, due]));
        }
        expect(net(run(steps, next, end).facts)).toEqual(wanted.sort());
      });
      fc.assert(agrees, { seed: 10, numRuns: 1_000 });
    });
  }
});

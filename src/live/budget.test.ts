import { describe, expect, it } from "vitest";
import { Budget } from "./budget.ts";

/** Times of frames of a size, each as early as the budget allows. */
function times(budget: Budget, bytes: number, count: number): number[] {
  let now = 1_000_000;
  return Array.from({ length: count }, () => {
    const at = now;
    budget.spend(bytes, now);
    now = budget.next(now);
    return at - 1_000_000;
  });
}

describe("a budget", () => {
  it("[LB5] lets small frames go at their pace", () => {
    expect(times(new Budget({ every: 100, bytesPerSecond: 10_000 }), 500, 4)).toEqual([0, 100, 200, 300]);
  });

  it("[LB5] stretches the pace of large ones, after two seconds' worth", () => {
    const all = times(new Budget({ every: 100, bytesPerSecond: 10_000 }), 5_000, 40);
    // Five times as much as it may: the first are paid for by what was saved, then each takes half a second.
    expect(all.slice(0, 6)).toEqual([0, 100, 200, 300, 400, 500]);
    expect(all.slice(10).map((time, i) => time - all[9 + i]!)).toEqual(Array.from({ length: 30 }, () => 500));
  });

  it("[LB5] what was not used is not saved for longer", () => {
    const budget = new Budget({ every: 100, bytesPerSecond: 1_000 });
    budget.spend(3_000, 0);
    expect(budget.next(0)).toBe(1_000);
    expect(budget.next(50_000)).toBe(50_100);
    budget.spend(4_000, 50_000);
    expect(budget.next(50_000)).toBe(52_000);
  });
});

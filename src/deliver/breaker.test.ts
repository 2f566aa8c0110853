import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delayAfter } from "./backoff.ts";
import { Breaker } from "./breaker.ts";
import { Heap } from "./heap.ts";

const terms = { after: 3, first: 1_000, longest: 60_000 };
const half = (): number => 0;

describe("waiting after failures", () => {
  it("[DL5] doubles up to its bound, of which it takes a random part above the half", () => {
    const delays = (random: number): number[] =>
      [1, 2, 3, 8, 2_000].map((failures) => delayAfter(failures, terms, () => random));
    expect(delays(0)).toEqual([500, 1_000, 2_000, 30_000, 30_000]);
    expect(delays(0.999_999).map(Math.round)).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  });
});

describe("a breaker", () => {
  it("[DL7] opens after failures in a row only", () => {
    const breaker = new Breaker(terms, half);
    for (const _ of [1, 2, 3, 4]) {
      breaker.failed(0, false);
      breaker.failed(0, false);
      expect(breaker.succeeded(0)).toBe(false);
    }
    expect(breaker.state).toBe("closed");
    for (const _ of [1, 2, 3]) breaker.failed(0, false);
    expect(breaker.state).toBe("open");
    expect(breaker.wait(0)).toBe(500);
  });

  it("[DL7] lets one probe through at a time, at growing intervals, and closes on the first success", () => {
    const breaker = new Breaker(terms, half);
    for (const _ of [1, 2, 3]) breaker.failed(0, false);
    const waits: (number | undefined)[] = [];
    for (let now = 0; waits.length < 10;) {
      now += breaker.wait(now)!;
      breaker.sending();
      expect([breaker.state, breaker.wait(now)]).toEqual(["half-open", undefined]);
      breaker.failed(now, true);
      waits.push(breaker.wait(now));
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
    breaker.sending();
    expect(breaker.succeeded(9)).toBe(true);
    expect([breaker.state, breaker.wait(9), breaker.lostSince]).toEqual(["closed", 0, undefined]);
  });

  it("[DL7] is not impressed by what was sent before it opened, unless that succeeds", () => {
    const breaker = new Breaker(terms, half);
    for (const _ of [1, 2, 3]) breaker.failed(0, false);
    for (const _ of [1, 2, 3]) breaker.failed(400, false);
    expect(breaker.wait(0)).toBe(500);
    expect(breaker.succeeded(1)).toBe(true);
  });

  it("[DL7] begins open for a target that failed before a restart, and counts it lost after one more failure", () => {
    const breaker = new Breaker(terms, half, 7);
    expect([breaker.state, breaker.wait(100), breaker.lostSince]).toEqual(["open", 0, undefined]);
    breaker.sending();
    breaker.undecided(true);
    expect(breaker.wait(100)).toBe(0);
    breaker.sending();
    breaker.failed(100, true);
    expect(breaker.lostSince).toBe(7);
  });
});

describe("a heap", () => {
  it("[DL5] gives its elements in order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (numbers) => {
        const heap = new Heap<number>((a, b) => a < b);
        for (const number of numbers) heap.push(number);
        const given: number[] = [];
        for (let first = heap.pop(); first !== undefined; first = heap.pop()) given.push(first);
        expect(given).toEqual(numbers.toSorted((a, b) => a - b));
      }),
      { seed: 3 },
    );
  });
});

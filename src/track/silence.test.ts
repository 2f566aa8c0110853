import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact, Mark } from "#wire";
import { net } from "#wire/testing";
import { fireSilence, judgeSilence, silenceDue, type SilenceState } from "./silence.ts";

const at = (seconds: number): Mark => ({ time: seconds * 1000, lon: seconds / 100, lat: 1 });
const minute = { seconds: 60 };
const raised: Fact = { kind: "raise", type: "silent", time: 60_000, fix: 0, lon: 0, lat: 1 };

describe("silence", () => {
  it("[WS1] the deadline follows the newest fix, and nothing is kept while fixes come", () => {
    expect(silenceDue(undefined, at(7), minute)).toBe(67_000);
    expect(judgeSilence(undefined, undefined, minute, 0)).toEqual({ state: undefined, facts: [] });
    expect(judgeSilence(undefined, at(0), minute, 59_999)).toEqual({ state: undefined, facts: [] });
  });

  it("[WS2] a timer raises it once, at the place of the last fix", () => {
    expect(fireSilence(undefined, at(0), minute, 59_999).facts).toEqual([]);
    const fired = fireSilence(undefined, at(0), minute, 75_000);
    expect(fired).toEqual({ state: { fix: 0, due: 60_000 }, facts: [raised] });
    expect(silenceDue(fired.state, at(0), minute)).toBeUndefined();
    expect(fireSilence(fired.state, at(0), minute, 90_000)).toEqual({ state: fired.state, facts: [] });
    expect(judgeSilence(fired.state, at(0), minute, 60_000)).toEqual({ state: undefined, facts: [] });
  });

  it("[WS2] without a timer the next fix shows it", () => {
    expect(judgeSilence(undefined, at(0), minute, 60_000)).toEqual({ state: undefined, facts: [raised] });
  });

  it("[WS3] a fix that was only late on its way takes it back", () => {
    const { state } = fireSilence(undefined, at(0), minute, 60_000);
    expect(judgeSilence(state, at(0), minute, 59_999)).toEqual({
      state: undefined,
      facts: [{ kind: "withdraw", type: "silent", time: 60_000, fix: 0 }],
    });
  });

  it("[WS3] timers between the fixes change nothing in the end", () => {
    const step = fc.record({
      gap: fc.integer({ min: 1, max: 130 }),
      fires: fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 3 }),
    });
    const run = (steps: readonly { gap: number; fires: readonly number[] }[], end: number): Fact[] => {
      const facts: Fact[] = [];
      let [state, last]: [SilenceState | undefined, Mark] = [undefined, at(0)];
      const fire = (now: number): void => {
        const fired = fireSilence(state, last, minute, now);
        state = fired.state;
        facts.push(...fired.facts);
      };
      for (const { gap, fires } of steps) {
        for (const after of fires) fire(last.time + after * 1000);
        const next = at(last.time / 1000 + gap);
        const judged = judgeSilence(state, last, minute, next.time);
        facts.push(...judged.facts);
        [state, last] = [judged.state, next];
      }
      fire(end);
      return facts;
    };
    const same = fc.property(fc.array(step, { maxLength: 20 }), fc.nat(200), (steps, more) => {
      const end = (steps.reduce((sum, { gap }) => sum + gap, 0) + more) * 1000;
      const quiet = steps.map(({ gap }) => ({ gap, fires: [] }));
      expect(net(run(steps, end))).toEqual(net(run(quiet, end)));
    });
    fc.assert(same, { seed: 3, numRuns: 500 });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fix } from "#wire";
import { Waiting } from "./waiting.ts";

const fixAt = (time: number): Fix => ({ device: "van", time, lon: 2, lat: 48 });

describe("waiting positions", () => {
  it("[AC16] come out once they are old enough, the newest of those that are", () => {
    const waiting = new Waiting(1, 100);
    for (const time of [10, 20, 30]) waiting.push(fixAt(time));
    expect(waiting.due(9)).toBeUndefined();
    expect(waiting.due(25)?.time).toBe(20);
    expect(waiting.due(25)).toBeUndefined();
    expect(waiting.due(30)?.time).toBe(30);
    expect(waiting.size).toBe(0);
  });

  it("[AC16] read from the history stand before what has come meanwhile, each once", () => {
    const waiting = new Waiting(1, 100);
    waiting.push(fixAt(30));
    waiting.push(fixAt(40));
    waiting.begin([fixAt(10), fixAt(30)]);
    expect([10, 30, 40].map((time) => waiting.due(time)?.time)).toEqual([10, 30, 40]);
  });

  it("[AC16] are never shown early, are bounded, and a device that goes on sending is never stuck", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 50, maxLength: 300 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 40, max: 400 }), (gaps, delay) => {
        const [each, slot] = [16, delay / 16];
        const waiting = new Waiting(slot, 2 * each);
        let now = 0;
        let shown = -Infinity;
        for (const gap of gaps) {
          now += gap;
          waiting.push(fixAt(now));
          const due = waiting.due(now - delay);
          expect(waiting.size).toBeLessThanOrEqual(2 * each);
          if (due === undefined) continue;
          expect(due.time).toBeLessThanOrEqual(now - delay);
          expect(due.time).toBeGreaterThan(shown);
          shown = due.time;
        }
        // What is shown lags behind by the delay, a slot and a gap at most.
        const least = now > delay + slot + 60 ? now - delay - slot - 60 : -Infinity;
        expect(shown).toBeGreaterThanOrEqual(least);
      }),
    );
  });
});

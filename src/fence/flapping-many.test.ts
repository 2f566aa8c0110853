import { describe, expect, it } from "vitest";
import { drive } from "./testing/driving.ts";
import { parkedHour } from "./testing/parked.ts";

const count = Number(process.env["FENCE_SEEDS"] ?? 10_000);
const seeds = Array.from({ length: count }, (_, i) => i + 1);
const share = (of: number): string => `${((100 * of) / count).toFixed(2)} %`;

describe(`${count} receivers parked for an hour at the edge of a fence`, () => {
  for (const memory of [0, 0.5, 0.9, 0.99])
    it(
      `[FS18] inside: nothing after the first enter, noise that keeps ${memory} of itself`,
      { timeout: 600_000 },
      () => {
        const flapping = seeds.filter((seed) => {
          const events = parkedHour(seed, true, memory);
          return events.length > 1 || events.some(({ type }) => type !== "enter");
        });
        console.log(
          `parked inside, memory ${memory}: ${flapping.length} of ${count} raise more than the first enter`,
        );
        expect(flapping).toEqual([]);
      },
    );

  for (const memory of [0, 0.9])
    it(`[FS18] outside by up to 5 m, noise that keeps ${memory} of itself`, { timeout: 600_000 }, () => {
      let entered = 0;
      const flapping = seeds.filter((seed) => {
        const events = parkedHour(seed, false, memory);
        if (events.length > 0) entered++;
        return events.length > 1 || events.some(({ type }) => type !== "enter");
      });
      console.log(
        `parked outside, memory ${memory}: ${share(entered)} enter, ${flapping.length} of ${count} raise more`,
      );
      expect(flapping.length).toBeLessThanOrEqual(count / 1_000);
    });
});

describe(`${count} drives over the edge of a fence at 30 km/h`, () => {
  for (const type of ["exit", "enter"] as const)
    it(`[FS19] tell of the ${type} by the third fix`, { timeout: 600_000 }, () => {
      let late = 0;
      for (const seed of seeds) {
        const { fixes, offRaw, others } = drive(seed, type, 15);
        expect({ offRaw, others }, `seed ${seed}`).toEqual({ offRaw: 0, others: 0 });
        if (fixes > 3) late++;
      }
      console.log(`${type}: ${share(count - late)} by the third fix`);
      expect(late).toBeLessThanOrEqual(count / 100);
    });
});

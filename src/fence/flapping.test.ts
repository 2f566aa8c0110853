import { describe, expect, it } from "vitest";
import { drive } from "./testing/driving.ts";
import { parkedHour } from "./testing/parked.ts";

/** Some of what `flapping-many.test.ts` does with 10,000 seeds. */
const seeds = Array.from({ length: 150 }, (_, i) => i + 1);

describe("a receiver parked at the edge of a fence", () => {
  for (const memory of [0, 0.9])
    it(`[FS18] raises nothing after its first enter, noise that keeps ${memory} of itself`, () => {
      for (const seed of seeds) {
        const events = parkedHour(seed, true, memory);
        expect(events.map((event) => event.type).join(" "), `seed ${seed}`).toMatch(/^(enter)?$/);
      }
    });

  it("[FS18] outside by a few metres enters once at most", () => {
    for (const seed of seeds) {
      const events = parkedHour(seed, false, 0);
      expect(events.map((event) => event.type).join(" "), `seed ${seed}`).toMatch(/^(enter)?$/);
    }
  });
});

describe("a drive over the edge of a fence at 30 km/h", () => {
  for (const type of ["exit", "enter"] as const)
    it(`[FS19] tells of the ${type} by the third fix, with the time of the crossing`, () => {
      const late = seeds.filter((seed) => {
        const { fixes, offRaw, offTruth, others } = drive(seed, type, 15);
        expect({ offRaw, others }, `seed ${seed}`).toEqual({ offRaw: 0, others: 0 });
        expect(Math.abs(offTruth), `seed ${seed}`).toBeLessThan(2_500);
        return fixes > 3;
      });
      expect(late.length).toBeLessThanOrEqual(seeds.length / 50);
    });
});

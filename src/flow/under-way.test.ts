import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Flight } from "./flight.ts";
import { UnderWay } from "./under-way.ts";

describe("under way", () => {
  it("[FL2] answers as a plain table would, with one time or many", () => {
    const step = fc.record({
      time: fc.integer({ min: -3, max: 6 }),
      adds: fc.boolean(),
      durable: fc.boolean(),
    });
    const same = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const found = new UnderWay();
      const model = new Map<number, Flight>();
      for (const { time, adds, durable } of steps) {
        if (adds && !model.has(time)) {
          const flight = new Flight();
          flight.durable = durable;
          found.add(time, flight);
          model.set(time, flight);
        } else if (!adds) expect(found.delete(time)).toBe(model.delete(time));
        for (let t = -3; t <= 6; t++) expect(found.get(t)).toBe(model.get(t));
        expect(found.newest(-1)).toBe(Math.max(-1, ...model.keys()));
        expect(found.isDurable).toBe([...model.values()].some((flight) => flight.durable));
      }
    });
    expect(() => fc.assert(same, { numRuns: 300, seed: 1 })).not.toThrow();
  });
});

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
      return steps.every(({ time, adds, durable }) => {
        const flight = new Flight();
        flight.durable = durable;
        const isNew = adds && !model.has(time);
        if (isNew) {
          found.add(time, flight);
          model.set(time, flight);
        }
        const deleted = adds || found.delete(time) === model.delete(time);
        const times = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6];
        return (
          deleted &&
          times.every((t) => found.get(t) === model.get(t)) &&
          found.newest(-1) === Math.max(-1, ...model.keys()) &&
          found.isDurable === [...model.values()].some((one) => one.durable)
        );
      });
    });
    expect(() => fc.assert(same, { numRuns: 300, seed: 1 })).not.toThrow();
  });
});

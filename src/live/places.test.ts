import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_GROUPS } from "./audience.ts";
import { type Box, holds, toBox } from "./box.ts";
import { cellAt, cellsOf, countCells, levelFor, MAX_LEVEL } from "./cells.ts";
import { Interest } from "./interest.ts";
import { Places } from "./places.ts";
import { fixAt } from "./testing/world.ts";

const degrees = (limit: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: -limit, max: limit }), fc.double({ min: -limit, max: limit, noNaN: true }));
const place = fc.tuple(degrees(180), degrees(90));
const box: fc.Arbitrary<Box> = fc
  .tuple(degrees(180), degrees(90), degrees(180), degrees(90))
  .map(([west, a, east, b]) => toBox([west, Math.min(a, b), east, Math.max(a, b)]));
const small: fc.Arbitrary<Box> = fc
  .tuple(place, fc.double({ min: 0, max: 2, noNaN: true }))
  .map(([[lon, lat], size]) => toBox([lon, Math.max(-90, lat - size), lon + size, lat]));
const anyBox = fc.oneof(box, small);

describe("finding by place", () => {
  it("[LV1] a box covers the cell of every place it holds, each cell once", () => {
    fc.assert(
      fc.property(anyBox, place, fc.integer({ min: 0, max: 8 }), (view, [lon, lat], level) => {
        const cells = [...cellsOf(level, view)];
        expect(cells).toHaveLength(countCells(level, view));
        expect(new Set(cells).size).toBe(cells.length);
        expect(!holds(view, lon, lat) || cells.includes(cellAt(level, lon, lat))).toBe(true);
      }),
    );
  });

  it("[LV1] a viewer stands in few cells, whatever its view", () => {
    fc.assert(
      fc.property(anyBox, (view) => {
        const level = levelFor(view);
        expect(level).toBeLessThanOrEqual(MAX_LEVEL);
        expect(countCells(level, view)).toBeLessThanOrEqual(4);
      }),
    );
  });

  it("[LV4] the interest index finds exactly the boxes that hold a place, through comings and goings", () => {
    fc.assert(
      fc.property(
        fc.array(anyBox, { maxLength: 30 }),
        fc.array(place, { maxLength: 20 }),
        (views, places) => {
          const lookers = views.map((view, id) => ({ box: view, id }));
          const index = new Interest<(typeof lookers)[number]>();
          for (const looker of lookers) index.add(looker);
          for (const looker of lookers.filter(({ id }) => id % 3 === 0)) index.remove(looker);
          for (const [lon, lat] of places) {
            const found: number[] = [];
            index.at(lon, lat, ({ id }) => found.push(id));
            const truth = lookers.filter((one) => one.id % 3 !== 0 && holds(one.box, lon, lat));
            expect(found.toSorted((a, b) => a - b)).toEqual(truth.map(({ id }) => id));
          }
        },
      ),
    );
  });

  it("[LV1] places inside a box equal a walk over all of them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), place), { maxLength: 80 }),
        fc.array(anyBox, { minLength: 1, maxLength: 8 }),
        (moves, views) => {
          const places = new Places();
          const truth = new Map<string, [number, number]>();
          moves.forEach(([n, [lon, lat]], time) => {
            const device = `d${n}`;
            places.put(fixAt(device, lon, lat, time), NO_GROUPS);
            truth.set(device, [lon, lat]);
            if (time % 11 === 10) {
              places.delete(device);
              truth.delete(device);
            }
          });
          for (const view of views) {
            const found = places.inside(view).map(({ device }) => device);
            const want = [...truth]
              .filter(([, [lon, lat]]) => holds(view, lon, lat))
              .map(([device]) => device);
            expect(found.toSorted()).toEqual(want.toSorted());
          }
        },
      ),
    );
  });
});

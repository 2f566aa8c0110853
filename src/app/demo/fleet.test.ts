import { describe, expect, it } from "vitest";
import { type Airport, createFleet } from "./fleet.ts";
import { flight } from "./flight.ts";
import { greatCircle } from "./great-circle.ts";

const airport = (iata: string, lon: number, lat: number): Airport => ({
  iata,
  name: iata,
  city: iata,
  lon,
  lat,
});
const airports = [
  airport("HND", 139.78, 35.55),
  airport("SFO", -122.37, 37.62),
  airport("LHR", -0.46, 51.47),
];

describe("a great circle", () => {
  it("has the length and the courses of a known route, over the antimeridian", () => {
    const route = greatCircle([139.78, 35.55], [-122.37, 37.62]);
    expect(route.length / 1000).toBeCloseTo(8277, -1.5);
    expect(route.at(0).place[0]).toBeCloseTo(139.78, 9);
    expect(route.at(route.length).place[1]).toBeCloseTo(37.62, 9);
    expect(route.at(0).course).toBeCloseTo(54.6, 0);
    expect(route.at(route.length / 2).place[1]).toBeGreaterThan(46);
  });

  it("goes east along the equator and north along a meridian", () => {
    expect(greatCircle([10, 0], [20, 0]).at(1000).course).toBeCloseTo(90, 9);
    expect(greatCircle([10, 0], [10, 40]).at(1000).course % 360).toBeCloseTo(0, 9);
  });
});

describe("a flight", () => {
  it.each([
    ["long", [139.78, 35.55], [-122.37, 37.62]],
    ["too short to cruise", [0, 50], [4, 50]],
  ] as const)("moves as fast as it says, from standing to standing (%s)", (_, from, to) => {
    const trip = flight([...from], [...to], 0, 240, 11_000);
    expect(trip.at(-5000)).toMatchObject({ speed: 0, altitude: 0 });
    expect(trip.at(trip.arrives).place[0]).toBeCloseTo(to[0], 6);
    expect(trip.at(trip.arrives)).toMatchObject({ speed: 0 });
    const step = trip.arrives / 400;
    for (let time = step; time < trip.arrives - step; time += step) {
      const before = trip.at(time - 500);
      const after = trip.at(time + 500);
      const metres = greatCircle(before.place, after.place).length;
      expect(metres).toBeCloseTo((before.speed + after.speed) / 2, 0);
      expect(after.altitude).toBeLessThanOrEqual(11_000);
    }
  });
});

describe("a fleet", () => {
  const order = { airports, size: 50, seed: 7, start: 1_700_000_000_000 };

  it("is the same for the same seed, and another for another", () => {
    const reports = (seed: number) => {
      const fleet = createFleet({ ...order, seed });
      return Array.from({ length: 50 }, (_, index) => fleet.report(index, order.start));
    };
    expect(reports(7)).toEqual(reports(7));
    expect(reports(8)).not.toEqual(reports(7));
    expect(new Set(reports(7).map(({ device }) => device)).size).toBe(50);
  });

  it("is mostly in the air at the start, and goes on from where it landed", () => {
    const fleet = createFleet(order);
    const flying = Array.from({ length: 50 }, (_, index) => fleet.report(index, order.start)).filter(
      ({ speed }) => speed > 0,
    );
    expect(flying.length).toBeGreaterThan(40);
    const reports = Array.from({ length: 3 * 24 * 60 }, (_, minute) =>
      fleet.report(3, order.start + minute * 60_000),
    );
    const steps = reports.slice(1).map((after, index) => ({ before: reports[index]!, after }));
    for (const { before, after } of steps) {
      expect(greatCircle([before.lon, before.lat], [after.lon, after.lat]).length || 0).toBeLessThan(
        260 * 60,
      );
    }
    const departures = steps.filter(({ before, after }) => before.attributes.from !== after.attributes.from);
    expect(departures.length).toBeGreaterThan(2);
    for (const { before, after } of departures) expect(after.attributes.from).toBe(before.attributes.to);
  });
});

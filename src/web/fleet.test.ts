import { describe, expect, it } from "vitest";
import { Fleet } from "./fleet.ts";
import { toUnitSquare } from "./mercator.ts";

const position = (device: string, time: number, lon: number, lat = 0) => ({
  device,
  time,
  lon,
  lat,
  speed: 10,
  course: 90,
});

describe("Fleet", () => {
  it("shows a marker between its last two fixes, and at the newest in the end", () => {
    const fleet = new Fleet(false);
    const t = fleet.epoch;
    fleet.put(position("a", t, 10), t);
    fleet.put(position("a", t + 1_000, 10.001), t + 1_000);
    const [from] = toUnitSquare(10, 0);
    const [to] = toUnitSquare(10.001, 0);
    expect(fleet.shownAt(0, t + 1_000)[0]).toBeCloseTo(from, 9);
    expect(fleet.shownAt(0, t + 1_500)[0]).toBeCloseTo((from + to) / 2, 9);
    expect(fleet.shownAt(0, t + 9_000)[0]).toBeCloseTo(to, 9);
  });

  it("ignores an older position", () => {
    const fleet = new Fleet(false);
    fleet.put(position("a", 2_000, 10), 0);
    fleet.put(position("a", 1_000, 20), 1);
    expect(fleet.lon[0]).toBe(10);
  });

  it("glides the short way over the antimeridian", () => {
    const fleet = new Fleet(false);
    const t = fleet.epoch;
    fleet.put(position("a", t, 179.9999), t);
    fleet.put(position("a", t + 1_000, -179.9999), t + 1_000);
    expect(
      Math.abs(fleet.shownAt(0, t + 1_500)[0] - Math.round(fleet.shownAt(0, t + 1_500)[0])),
    ).toBeLessThan(1e-6);
  });

  it("jumps for a reader who wants no motion", () => {
    const fleet = new Fleet(true);
    const t = fleet.epoch;
    fleet.put(position("a", t, 10), t);
    fleet.put(position("a", t + 1_000, 10.001), t + 1_000);
    expect(fleet.shownAt(0, t + 1_000)[0]).toBeCloseTo(toUnitSquare(10.001, 0)[0], 12);
  });

  it("keeps every device in a slot of its own through growth and removal", () => {
    const fleet = new Fleet(false);
    for (let index = 0; index < 3_000; index++) fleet.put(position(`d${index}`, 1, index / 100), 0);
    for (let index = 0; index < 3_000; index += 2) expect(fleet.remove(`d${index}`)).toBe(true);
    expect(fleet.remove("d0")).toBe(false);
    expect(fleet.count).toBe(1_500);
    for (let index = 1; index < 3_000; index += 2) {
      const slot = fleet.slot(`d${index}`);
      expect(fleet.ids[slot!]).toBe(`d${index}`);
      expect(fleet.lon[slot!]).toBe(index / 100);
      expect(fleet.shownAt(slot!, 0)[0]).toBeCloseTo(toUnitSquare(index / 100, 0)[0], 9);
    }
  });
});

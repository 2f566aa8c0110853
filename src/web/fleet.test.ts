import { describe, expect, it } from "vitest";
import { Fleet } from "./fleet.ts";
import { Gatherer } from "./gatherer.ts";
import { toUnitSquare } from "./mercator.ts";

const position = (device: string, time: number, lon: number, lat = 0) => ({
  device,
  time,
  lon,
  lat,
  speed: 10,
  course: 90,
});
type Position = ReturnType<typeof position>;

/** A fleet that hears of one frame after the other, through a gatherer as in the page. */
class Told extends Fleet {
  readonly #gatherer = new Gatherer();

  tell(positions: readonly Position[], now: number, gone: readonly string[] = []): void {
    this.#gatherer.frame({ positions, gone, snapshot: false, more: false });
    const { moves } = this.#gatherer.take() ?? {};
    if (moves) this.take(moves, now);
  }

  put(one: Position, now: number): void {
    this.tell([one], now);
  }
}

describe("Fleet", () => {
  it("shows a marker between its last two fixes, and at the newest in the end", () => {
    const fleet = new Told(false);
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
    const fleet = new Told(false);
    fleet.put(position("a", 2_000, 10), 0);
    fleet.put(position("a", 1_000, 20), 1);
    expect(fleet.lon[0]).toBe(10);
  });

  it("glides the short way over the antimeridian", () => {
    const fleet = new Told(false);
    const t = fleet.epoch;
    fleet.put(position("a", t, 179.9999), t);
    fleet.put(position("a", t + 1_000, -179.9999), t + 1_000);
    expect(
      Math.abs(fleet.shownAt(0, t + 1_500)[0] - Math.round(fleet.shownAt(0, t + 1_500)[0])),
    ).toBeLessThan(1e-6);
  });

  it("jumps for a reader who wants no motion", () => {
    const fleet = new Told(true);
    const t = fleet.epoch;
    fleet.put(position("a", t, 10), t);
    fleet.put(position("a", t + 1_000, 10.001), t + 1_000);
    expect(fleet.shownAt(0, t + 1_000)[0]).toBeCloseTo(toUnitSquare(10.001, 0)[0], 12);
  });

  it("takes a device that is gone and back at once for a new one, also under its old number", () => {
    const fleet = new Told(false);
    const t = fleet.epoch;
    fleet.put(position("a", t, 10), t);
    fleet.tell([position("b", t, 20)], t, ["a"]);
    expect(fleet.ids).toEqual(["b"]);
    expect(fleet.slot("a")).toBeUndefined();
    // Older than what it had, as after a deletion: it is not the same device any more.
    fleet.put(position("a", t - 9_000, 11), t);
    expect(fleet.lon[fleet.slot("a")!]).toBe(11);
  });

  it("knows a device again that was taken off the map by its name", () => {
    const fleet = new Told(false);
    fleet.put(position("a", 1_000, 10), 0);
    fleet.put(position("b", 1_000, 20), 0);
    expect(fleet.remove("a")).toBe(true);
    fleet.put(position("a", 2_000, 11), 1);
    expect(fleet.lon[fleet.slot("a")!]).toBe(11);
    expect(fleet.lon[fleet.slot("b")!]).toBe(20);
    expect(fleet.count).toBe(2);
  });

  it("puts off the times of what is shown late on purpose", () => {
    const fleet = new Told(false);
    const gatherer = new Gatherer();
    gatherer.frame({ positions: [position("a", 1_000, 10)], gone: [], snapshot: true, more: false });
    fleet.take(gatherer.take()!.moves!, 0, 60_000);
    expect(fleet.time[0]).toBe(61_000);
  });

  it("keeps every device in a slot of its own through growth and removal", () => {
    const fleet = new Told(false);
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

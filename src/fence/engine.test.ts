import { describe, expect, it } from "vitest";
import type { Fence, FenceGeometry } from "#wire";
import { createFenceEngine } from "./engine.ts";
import { strict } from "./testing/scenes.ts";
import type { FenceEngine } from "./types.ts";

const minute = 60_000;

function fence(id: string, geometry: FenceGeometry, radius?: number, version = 1): Fence {
  const base = { id, workspace: "main", version, name: id, geometry, ...strict, createdAt: 0, updatedAt: 0 };
  return radius === undefined ? base : { ...base, radius };
}

function box(west: number, south: number, east: number, north: number): number[][] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

const polygon = (...coordinates: number[][][]): FenceGeometry => ({ type: "Polygon", coordinates });
const circle = (lon: number, lat: number): FenceGeometry => ({ type: "Point", coordinates: [lon, lat] });

/** Drives one device through `[time, lon, lat]` fixes and tells what happened, as text. */
function drive(
  engine: FenceEngine,
  fixes: readonly (readonly [number, number, number])[],
  handle = engine.admit(),
): string[] {
  const told: string[] = [];
  for (const [time, lon, lat] of fixes) {
    const count = engine.update(handle, time, lon, lat);
    for (let i = 0; i < count; i++) {
      const c = engine.crossing(i);
      told.push(`${c.type} ${c.fence} ${c.time} ${c.lon.toFixed(3)},${c.lat.toFixed(3)}${c.reason ?? ""}`);
    }
  }
  return told;
}

function engineOf(...fences: Fence[]): FenceEngine {
  const engine = createFenceEngine();
  for (const each of fences) engine.put(each);
  return engine;
}

describe("paths", () => {
  const square = fence("a", polygon(box(0, 0, 1, 1)));

  it("[FE2] enters at the first place of the path inside, [FE3] exits at the last", () => {
    const told = drive(engineOf(square), [
      [0, -1, 0.5],
      [1000, 0.5, 0.5],
      [2000, 0.6, 0.5],
      [3000, 1.4, 0.5],
    ]);
    expect(told).toEqual(["enter a 667 0.000,0.500", "exit a 2500 1.000,0.500"]);
  });

  it("[FE4] crosses when both ends are outside, up to five minutes apart", () => {
    const through = (gap: number): string[] =>
      drive(engineOf(square), [
        [0, -1, 0.5],
        [gap, 2, 0.5],
      ]);
    expect(through(5 * minute)).toEqual(["cross a 100000 0.000,0.500"]);
    expect(through(5 * minute + 1)).toEqual([]);
  });

  it("[FE4] counts a path that only touches a corner", () => {
    expect(
      drive(engineOf(square), [
        [0, -1, 1],
        [1000, 1, -1],
      ]),
    ).toEqual(["cross a 500 0.000,0.000"]);
  });

  it("[FE5] says nothing of a path that leaves and comes back between two fixes", () => {
    const u = fence(
      "u",
      polygon([...box(0, 0, 3, 3).slice(0, 3), [2, 3], [2, 1], [1, 1], [1, 3], [0, 3], [0, 0]]),
    );
    expect(
      drive(engineOf(u), [
        [0, 0.5, 2],
        [1000, 2.5, 2],
      ]),
    ).toEqual(["enter u 0 0.500,2.000first"]);
  });

  it("[FE6] enters and exits over any gap", () => {
    expect(
      drive(engineOf(square), [
        [0, -0.5, 0.5],
        [1000 * minute, 0.5, 0.5],
      ]),
    ).toEqual([`enter a ${500 * minute} 0.000,0.500`]);
  });

  it("[FE7] enters with reason first where the first fix lies inside", () => {
    expect(drive(engineOf(square), [[7, 0.25, 0.5]])).toEqual(["enter a 7 0.250,0.500first"]);
  });

  it("[FE9] orders the events of a fix by time, then by fence id", () => {
    const twin = fence("0", polygon(box(0, 0, 1, 1)));
    const later = fence("A", polygon(box(1.5, 0, 2, 1)));
    const told = drive(engineOf(square, later, twin), [
      [0, -1, 0.5],
      [3000, 3, 0.5],
    ]);
    expect(told.map((line) => line.slice(0, 7))).toEqual(["cross 0", "cross a", "cross A"]);
  });

  it("[FE10] says nothing of a device at rest, on a boundary too", () => {
    const told = drive(
      engineOf(square),
      [1, 2, 3].map((time) => [time, 1, 0.5] as const),
    );
    expect(told).toEqual(["enter a 1 1.000,0.500first"]);
  });
});

describe("places", () => {
  it("[FP2] a shared edge is inside both fences", () => {
    const engine = engineOf(fence("l", polygon(box(0, 0, 1, 1))), fence("r", polygon(box(1, 0, 2, 1))));
    const handle = engine.admit();
    drive(engine, [[0, 1, 0.3]], handle);
    expect(engine.state(handle).inside.toSorted()).toEqual(["l", "r"]);
  });

  it("[FP3] a hole is outside, its edge inside", () => {
    const ring = fence("o", polygon(box(0, 0, 4, 4), box(1, 1, 3, 3)));
    const told = drive(engineOf(ring), [
      [0, 0.5, 2],
      [1000, 2, 2],
      [2000, 3, 2],
    ]);
    expect(told).toEqual([
      "enter o 0 0.500,2.000first",
      "exit o 333 1.000,2.000",
      "enter o 2000 3.000,2.000",
    ]);
  });

  it("[FP4] a multipolygon is the union of its parts, where they overlap too", () => {
    const both = fence("m", { type: "MultiPolygon", coordinates: [[box(0, 0, 2, 2)], [box(1, 1, 3, 3)]] });
    const told = drive(engineOf(both), [
      [0, 0.5, 0.5],
      [1000, 1.5, 1.5],
      [2000, 2.5, 2.5],
    ]);
    expect(told).toEqual(["enter m 0 0.500,0.500first"]);
  });

  const east = 179.5;
  const split: FenceGeometry = {
    type: "MultiPolygon",
    coordinates: [[box(179, -1, 180, 1)], [box(-180, -1, -179, 1)]],
  };
  it.each([
    ["split", split],
    ["past 180", polygon(box(179, -1, 181, 1))],
    ["past -180", polygon(box(-181, -1, -179, 1))],
  ])("[FP7] a fence over the antimeridian, %s, has no seam", (_form, geometry) => {
    const told = drive(engineOf(fence("s", geometry)), [
      [0, 178.5, 0],
      [1000, east, 0],
      [2000, 180, 0.2],
      [3000, -180, 0.3],
      [4000, -179.5, 0],
      [5000, east, 0],
      [6000, -178.5, 0],
    ]);
    expect(told).toEqual(["enter s 500 179.000,0.000", "exit s 5750 -179.000,0.000"]);
  });

  it("[FP5] a circle around a pole takes every longitude", () => {
    const told = drive(engineOf(fence("p", circle(0, 90), 100_000)), [
      [0, 0, 89.5],
      [1000, 180, 89.5],
      [2000, -90, 89],
    ]);
    expect(told[0]).toBe("enter p 0 0.000,89.500first");
    expect(told[1]).toMatch(/^exit p 1\d{3} /);
    expect(told).toHaveLength(2);
  });

  it("[FP6] a corridor has round ends", () => {
    const road = fence(
      "c",
      {
        type: "LineString",
        coordinates: [
          [0, 0],
          [1, 0],
        ],
      },
      11_132,
    );
    const engine = engineOf(road);
    const told = drive(engine, [
      [0, -0.09, 0],
      [1000, -0.09, 0.09],
    ]);
    expect(told).toHaveLength(2);
    expect(told[1]).toMatch(/^exit c/);
  });
});

describe("edits", () => {
  it("[FV1] tells which devices an edit brought in and out, and gives later events its version", () => {
    const engine = createFenceEngine();
    const handle = engine.admit();
    drive(engine, [[0, 0.5, 0.5]], handle);
    const change = { handle, fence: "a" };
    expect(engine.put(fence("a", polygon(box(0, 0, 1, 1))))).toEqual([
      { ...change, type: "enter", fenceVersion: 1 },
    ]);
    expect(engine.put(fence("a", polygon(box(0, 0, 2, 2)), undefined, 2))).toEqual([]);
    expect(engine.put(fence("a", circle(5, 5), 10, 3))).toEqual([
      { ...change, type: "exit", fenceVersion: 3 },
    ]);
  });

  it("[FV1] meets a fence that was put where the device was free to go", () => {
    const engine = createFenceEngine();
    const handle = engine.admit();
    drive(
      engine,
      [
        [0, 0, 0],
        [1000, 0.001, 0],
      ],
      handle,
    );
    engine.put(fence("a", polygon(box(1, -1, 2, 1))));
    expect(drive(engine, [[2000, 1.5, 0]], handle)).toEqual(["enter a 1666 1.000,0.000"]);
  });

  it("[FV2] exits with the last version when a fence goes", () => {
    const engine = engineOf(fence("a", polygon(box(0, 0, 1, 1)), undefined, 4));
    const handle = engine.admit();
    drive(engine, [[0, 0.5, 0.5]], handle);
    expect(engine.remove("a")).toEqual([{ handle, type: "exit", fence: "a", fenceVersion: 4 }]);
    expect(engine.remove("a")).toEqual([]);
    expect(engine.fences).toBe(0);
    expect(engine.state(handle).inside).toEqual([]);
  });

  it("[FV4] goes on from a state as if nothing had been", () => {
    const square = fence("a", polygon(box(0, 0, 1, 1)));
    const first = engineOf(square);
    const handle = first.admit();
    drive(first, [[0, 0.5, 0.5]], handle);
    const second = engineOf(square);
    const again = second.admit(JSON.parse(JSON.stringify(first.state(handle))));
    expect(drive(second, [[1000, 1.5, 0.5]], again)).toEqual(["exit a 500 1.000,0.500"]);
  });

  it("gives the handle of a released device to the next, without its past", () => {
    const engine = engineOf(fence("a", polygon(box(0, 0, 1, 1))));
    const handle = engine.admit();
    drive(engine, [[0, 0.5, 0.5]], handle);
    engine.release(handle);
    expect(engine.admit()).toBe(handle);
    expect(engine.state(handle)).toEqual({ inside: [] });
  });

  it("gives back what removed fences held", () => {
    const engine = createFenceEngine();
    const round = (): void => {
      for (let i = 0; i < 300; i++) engine.put(fence(`f${i}`, polygon(box(i / 10, 0, i / 10 + 0.25, 0.3))));
      for (let i = 0; i < 300; i++) engine.remove(`f${i}`);
    };
    round();
    const after = engine.bytes.fences;
    for (let k = 0; k < 5; k++) round();
    expect(engine.bytes.fences).toBe(after);
  });
});

describe("large and odd fences", () => {
  it("takes a ring of 200,000 edges and a comb of long teeth in bounded room", () => {
    const ring = Array.from({ length: 200_000 }, (_, i) => {
      const a = (2 * Math.PI * i) / 200_000;
      return [Math.cos(a) * (1 + 0.1 * Math.sin(50 * a)), Math.sin(a) * (1 + 0.1 * Math.sin(50 * a))];
    });
    const teeth: number[][] = [[20, -1]];
    for (let i = 0; i < 4_000; i++) teeth.push([20 + i / 1000, 0], [20 + i / 1000 + 0.0005, 5]);
    teeth.push([24, -1]);
    const engine = engineOf(
      fence("ring", polygon([...ring, ring[0]!])),
      fence("comb", polygon([...teeth, teeth[0]!])),
    );
    expect(engine.bytes.fences).toBeLessThan(100e6);
    expect(
      drive(engine, [
        [0, 0, 0],
        [1000, 22.0005, 4],
      ]),
    ).toHaveLength(3);
  });
});

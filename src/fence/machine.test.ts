import { describe, expect, it } from "vitest";
import type { Fence, FenceGeometry, FenceSettings } from "#wire";
import { createFenceEngine } from "./engine.ts";
import { isStrict, layerDefaults, layersOf } from "./layers.ts";
import { planeAt } from "./testing/receiver.ts";
import { strict } from "./testing/scenes.ts";
import type { FenceEngine } from "./types.ts";

const plane = planeAt(0, 0);

/** A square of a kilometre whose east edge lies at 0 m. */
function yard(settings: FenceSettings = {}, version = 1, geometry?: FenceGeometry, id = "yard"): Fence {
  const ring = [
    [-1000, -500],
    [0, -500],
    [0, 500],
    [-1000, 500],
    [-1000, -500],
  ].map(([east, north]) => plane.at(east!, north!));
  return {
    id,
    workspace: "main",
    version,
    name: id,
    geometry: geometry ?? { type: "Polygon", coordinates: [ring] },
    createdAt: 0,
    updatedAt: 0,
    ...settings,
  };
}

interface Said {
  readonly s: number;
  /** Metres east of the edge. */
  readonly east: number;
  readonly north?: number;
  readonly accuracy?: number;
  readonly speed?: number;
  readonly outlier?: boolean;
}

class Device {
  engine: FenceEngine;
  handle: number;

  constructor(...fences: Fence[]) {
    this.engine = createFenceEngine();
    for (const fence of fences) this.engine.put(fence);
    this.handle = this.engine.admit();
  }

  /** Events as text: type, time in seconds, fix in seconds. */
  say({ s, east, north = 0, accuracy, speed, outlier }: Said): string[] {
    const [lon, lat] = plane.at(east, north);
    const count = this.engine.update(this.handle, s * 1_000, lon, lat, accuracy, speed, outlier);
    return Array.from({ length: count }, (_, i) => {
      const c = this.engine.crossing(i);
      const place = Math.round(c.lon / plane.at(1, 0)[0]);
      return `${c.type} ${c.fence} at ${c.time / 1_000} ${place} m by ${c.fix / 1_000}${c.reason ? ` ${c.reason}` : ""}`;
    });
  }

  /** Fixes every 10 s from `from`, at these metres east of the edge. */
  go(from: number, ...east: number[]): string[] {
    return east.flatMap((metres, i) => this.say({ s: from + 10 * i, east: metres }));
  }

  get inside(): readonly string[] {
    return this.engine.state(this.handle).inside;
  }

  get pending(): string | undefined {
    const [first] = this.engine.state(this.handle).pending ?? [];
    return first && `${first.type} ${first.run}${first.lead ? " and lead" : ""}`;
  }
}

/** A device that has entered and stands 100 m inside, its last fix at 0 s. */
function inside(settings: FenceSettings = {}): Device {
  const device = new Device(yard(settings));
  expect(device.say({ s: 0, east: -100 })).toEqual(["enter yard at 0 -100 m by 0 first"]);
  return device;
}

describe("settings", () => {
  it("[FS1] are the defaults where a fence says nothing, and strict when all are off", () => {
    expect(layersOf({})).toEqual(layerDefaults);
    expect(layersOf({ exitMargin: 0 })).toEqual({ ...layerDefaults, exitMargin: 0 });
    expect([strict, { ...strict, confirmFixes: 1 }].map(isStrict)).toEqual([true, true]);
    const on = [{ exitMargin: 1 }, { useAccuracy: true }, { confirmFixes: 2 }, { confirmSeconds: 1 }];
    for (const layer of on) expect(isStrict({ ...strict, ...layer })).toBe(false);
  });
});

describe("what is decided", () => {
  it("[FS3] inside is what the accuracy circle stays in, on entering without a margin", () => {
    const device = new Device(yard({ confirmFixes: 1 }));
    device.say({ s: 0, east: 100 });
    expect(device.say({ s: 10, east: -9, accuracy: 10 })).toEqual([]);
    expect(device.say({ s: 20, east: -11, accuracy: 10 })).toEqual(["enter yard at 9.174 0 m by 10"]);
  });

  it("[FS4] outside is what is farther than accuracy and margin together", () => {
    const device = inside({ confirmFixes: 1 });
    expect(device.say({ s: 10, east: 39, accuracy: 10 })).toEqual([]);
    expect(device.say({ s: 20, east: 41, accuracy: 10 })).toEqual(["exit yard at 7.194 0 m by 10"]);
  });

  it("[FS4] accuracy counts for nothing where the fence does not use it", () => {
    const device = inside({ confirmFixes: 1, useAccuracy: false });
    expect(device.say({ s: 10, east: 31, accuracy: 500 })).toHaveLength(1);
  });

  it("[FS5] the cut of a fence at ±180 is no boundary, an edge that only lies there is one", () => {
    const box = (west: number, east: number): number[][][] => [
      [
        [west, 0],
        [east, 0],
        [east, 1],
        [west, 1],
        [west, 0],
      ],
    ];
    const split: FenceGeometry = { type: "MultiPolygon", coordinates: [box(179, 180), box(-180, -179)] };
    const past: FenceGeometry = { type: "Polygon", coordinates: box(179, 181) };
    const ends: FenceGeometry = { type: "Polygon", coordinates: box(179, 180) };
    const entersAt = (geometry: FenceGeometry, lon: number): number => {
      const engine = createFenceEngine();
      engine.put(yard({}, 1, geometry));
      return engine.update(engine.admit(), 0, lon, 0.5, 200);
    };
    expect([split, past, ends].map((geometry) => entersAt(geometry, 179.999))).toEqual([1, 1, 0]);
    expect([split, past].map((geometry) => entersAt(geometry, -179.999))).toEqual([1, 1]);
    expect([split, past].map((geometry) => entersAt(geometry, -179.001))).toEqual([0, 0]);
  });

  it.each([
    ["east", 179, 180.0005, 179.9995],
    ["west", -180.0005, -179, -179.9995],
  ])("[FS5] edges beyond ±180, to the %s, are as near as they are", (_side, west, east, lon) => {
    const box = (w: number, e: number): number[][][] => [
      [
        [w, 0],
        [e, 0],
        [e, 1],
        [w, 1],
        [w, 0],
      ],
    ];
    const parts =
      west < -180 ? [box(west + 360, 180), box(-180, east)] : [box(west, 180), box(-180, east - 360)];
    const forms: FenceGeometry[] = [
      { type: "Polygon", coordinates: box(west, east) },
      { type: "MultiPolygon", coordinates: parts },
      { type: "MultiPolygon", coordinates: [box(west, east), box(10, 11)] },
    ];
    for (const geometry of forms) {
      const engine = createFenceEngine();
      engine.put(yard({}, 1, geometry));
      // The edge is 0.001 degrees away, 111 m.
      const enters = [105, 115].map((accuracy) => engine.update(engine.admit(), 0, lon, 0.5, accuracy));
      expect(enters).toEqual([1, 0]);
    }
  });

  it("[FS5] a cap over a pole has no boundary at the pole", () => {
    const cap: FenceGeometry = {
      type: "Polygon",
      coordinates: [
        [
          [-180, 80],
          [180, 80],
          [180, 90],
          [-180, 90],
          [-180, 80],
        ],
      ],
    };
    const engine = createFenceEngine();
    engine.put(yard({}, 1, cap));
    expect(engine.update(engine.admit(), 0, 20, 89.9999, 5_000)).toBe(1);
    expect(engine.update(engine.admit(), 0, 20, 80.01, 5_000)).toBe(0);
  });

  it("[FS6] more around than can be looked at decides nothing", () => {
    // Teeth in a corner, in the box around the accuracy circle but not in the circle.
    const entersWith = (teeth: number): number => {
      const comb: number[][] = [];
      for (let i = 0; i < teeth; i++) {
        const lon = 1.79 - (0.03 * i) / teeth;
        comb.push([lon, 2], [lon - 0.015 / teeth, 1.77]);
      }
      const ring = [[-2, -2], [2, -2], [2, 2], ...comb, [-2, 2], [-2, -2]];
      const engine = createFenceEngine();
      engine.put(yard({}, 1, { type: "Polygon", coordinates: [ring] }));
      return engine.update(engine.admit(), 0, 0, 0, 200_000);
    };
    expect([20, 6_000].map(entersWith)).toEqual([1, 0]);
  });
});

describe("pending changes", () => {
  it("[FS7] [FS17] carry the moment and the fix of the raw crossing", () => {
    expect(inside().go(10, -10, 10, 60, 110, 160)).toEqual(["exit yard at 15 0 m by 20"]);
  });

  it("[FS7] carry those of the last crossing after having been back", () => {
    const device = inside();
    expect(device.go(10, 50, -50)).toEqual([]);
    expect(device.pending).toBeUndefined();
    expect(device.go(30, 50, 100, 150)).toEqual(["exit yard at 25 0 m by 30"]);
  });

  it("[FS8] a run begins anew with every fix that is not decided", () => {
    const device = inside();
    expect(device.go(10, 50, 100, 20)).toEqual([]);
    expect(device.pending).toBe("exit 0");
    expect(device.go(40, 50, 60)).toEqual([]);
    expect(device.go(60, 70)).toEqual(["exit yard at 6.667 0 m by 10"]);
  });

  it("[FS9] are confirmed by number or by time, whichever comes first, and by a fix", () => {
    const device = inside({ confirmFixes: 4 });
    expect(device.say({ s: 60, east: 100 })).toEqual([]);
    expect(device.say({ s: 359, east: 100 })).toEqual([]);
    expect(device.say({ s: 360, east: 100 })).toEqual(["exit yard at 30 0 m by 60"]);
    expect(inside({ confirmSeconds: 0 }).go(400, 100, 100, 100)).toHaveLength(1);
    expect(
      inside({ confirmFixes: 0, confirmSeconds: 60 }).go(10, ...Array.from({ length: 6 }, () => 99)),
    ).toEqual([]);
  });

  it("[FS9] are confirmed by the first decided fix where neither number nor time is asked for", () => {
    expect(inside({ confirmFixes: 0, confirmSeconds: 0 }).go(10, 20, 29, 31)).toEqual([
      "exit yard at 8.333 0 m by 10",
    ]);
  });
});

describe("the steady lead", () => {
  it("[FS10] lets an undecided fix lead the run while the device goes on steadily", () => {
    const device = inside();
    expect(device.go(10, -60, -20, 20, 60)).toEqual([]);
    expect(device.pending).toBe("exit 1 and lead");
    expect(device.go(50, 100)).toEqual(["exit yard at 25 0 m by 30"]);
  });

  it.each([
    ["a wide turn", { s: 30, east: 60, north: -80 }],
    ["a step over three times as long", { s: 30, east: 150 }],
    ["a step under a third as long", { s: 30, east: 32 }],
  ])("[FS10] is taken away by %s", (_name, fix) => {
    const device = inside();
    expect(device.go(10, -20, 20)).toEqual([]);
    expect(device.pending).toBe("exit 0 and lead");
    device.say(fix);
    expect(device.pending).toBe("exit 1");
  });

  it("[FS10] is taken away by a vetoed fix", () => {
    const device = inside();
    expect([-60, -20, 20].flatMap((east, i) => device.say({ s: i + 1, east }))).toEqual([]);
    expect(device.pending).toBe("exit 0 and lead");
    device.say({ s: 4, east: 60, speed: 1 });
    expect(device.pending).toBe("exit 0");
  });

  it("[FS10] does not make a double jump an exit", () => {
    expect(inside().go(10, -100, -101, 100, 101, -100, -99, 5, 205, 204, -100)).toEqual([]);
  });
});

describe("the first fix", () => {
  it("[FS11] decidedly inside enters at once, undecided it waits, outside it settles", () => {
    const device = new Device(yard());
    expect(device.say({ s: 0, east: -3, accuracy: 5 })).toEqual([]);
    expect(device.inside).toEqual([]);
    expect(device.say({ s: 10, east: -30, accuracy: 5 })).toEqual([]);
    expect(device.say({ s: 20, east: -60, accuracy: 5 })).toEqual([]);
    expect(device.say({ s: 30, east: -60, accuracy: 5 })).toEqual(["enter yard at 0 -3 m by 0 first"]);
    expect(new Device(yard()).go(0, 5)).toEqual([]);
  });

  it("[FS11] undecided and then outside it never was inside", () => {
    const device = new Device(yard());
    device.say({ s: 0, east: -3, accuracy: 5 });
    expect(device.go(10, 3, 100, 200, 300)).toEqual([]);
    expect(device.pending).toBeUndefined();
  });
});

describe("the veto", () => {
  it("[FS12] keeps a fix from deciding whose step contradicts its speed", () => {
    const device = inside({ confirmFixes: 1 });
    // 250 m in 10 s against 3 · 3 + 15 m/s.
    expect(device.say({ s: 10, east: 150, speed: 3 })).toEqual([]);
    expect(device.engine.explain(device.handle)[0]).toMatchObject({
      verdict: "vetoed",
      reportedSpeed: 3,
      impliedSpeed: expect.closeTo(25, 1),
    });
    expect(device.say({ s: 20, east: 150, speed: 3 })).toEqual(["exit yard at 4 0 m by 10"]);
  });

  it("[FS12] asks for a reported speed, and for a fence that uses accuracy", () => {
    expect(inside({ confirmFixes: 1 }).say({ s: 10, east: 150 })).toHaveLength(1);
    const careless = inside({ confirmFixes: 1, useAccuracy: false });
    expect(careless.say({ s: 10, east: 150, speed: 3 })).toHaveLength(1);
  });
});

describe("outliers", () => {
  it("[FS13] are as if they had not been sent, for fences with layers", () => {
    const device = inside({ confirmFixes: 1 });
    expect(device.say({ s: 10, east: 9_000, outlier: true })).toEqual([]);
    expect(device.say({ s: 20, east: 9_100, outlier: true })).toEqual([]);
    expect(device.say({ s: 30, east: 100 })).toEqual(["exit yard at 15 0 m by 30"]);
  });

  it("[FS13] are judged like any fix by strict fences", () => {
    const device = new Device(yard(strict, 1, undefined, "strict"), yard({ confirmFixes: 1 }));
    device.say({ s: 0, east: -100 });
    expect(device.say({ s: 10, east: 100, outlier: true })).toEqual(["exit strict at 5 0 m by 10"]);
    expect(device.say({ s: 20, east: -100 })).toEqual(["enter strict at 15 0 m by 20"]);
  });

  it("[FS13] before any good fix leave the first good one the first", () => {
    const device = new Device(yard(), yard(strict, 1, undefined, "strict"));
    expect(device.say({ s: 0, east: -200, outlier: true })).toEqual(["enter strict at 0 -200 m by 0 first"]);
    expect(device.say({ s: 10, east: -100 })).toEqual(["enter yard at 10 -100 m by 10 first"]);
  });
});

describe("crossing through", () => {
  it("[FS14] is told at once when both ends are decidedly outside", () => {
    expect(new Device(yard()).go(0, 100, -1100)).toEqual(["cross yard at 0.833 0 m by 10"]);
    expect(new Device(yard()).go(0, 20, -1100)).toEqual([]);
    expect(new Device(yard()).go(0, 100, -1020)).toEqual([]);
  });

  it("[FS14] knows the accuracy of the older end", () => {
    const device = new Device(yard());
    device.say({ s: 0, east: 60, accuracy: 40 });
    expect(device.go(10, -1100)).toEqual([]);
  });

  it("[FS14] is nothing while a change is pending, after five minutes, or with a vetoed end", () => {
    expect(inside().go(10, 100, -1100)).toEqual([]);
    const slow = new Device(yard());
    slow.say({ s: 0, east: 100 });
    expect(slow.say({ s: 301, east: -1100 })).toEqual([]);
    const vetoed = new Device(yard());
    vetoed.say({ s: 0, east: 1000 });
    vetoed.say({ s: 10, east: 100, speed: 1 });
    expect(vetoed.say({ s: 20, east: -1100 })).toEqual([]);
  });
});

describe("edits", () => {
  it("[FS15] settle by the last place at once and drop what was pending", () => {
    const device = inside();
    device.go(10, 50);
    expect(device.engine.put(yard({}, 2))).toMatchObject([{ type: "exit", fenceVersion: 2 }]);
    expect(device.engine.dropped).toEqual([device.handle]);
    expect(device.pending).toBeUndefined();
    expect(device.engine.put(yard({}, 3))).toEqual([]);
    expect(device.engine.dropped).toEqual([]);
  });

  it("[FS15] go by the last good place, not by an outlier", () => {
    const device = inside();
    device.say({ s: 10, east: 9_000, outlier: true });
    expect(device.engine.put(yard({}, 2))).toEqual([]);
    expect(device.engine.put(yard(strict, 3))).toMatchObject([{ type: "exit" }]);
    expect(device.engine.put(yard({}, 4))).toMatchObject([{ type: "enter" }]);
    expect(device.engine.remove("yard")).toMatchObject([{ type: "exit", fenceVersion: 4 }]);
  });
});

describe("state", () => {
  it("[FS16] is empty but for the ordinary where nothing is pending", () => {
    const device = inside();
    expect(device.engine.carry(device.handle)).toBeUndefined();
    device.go(10, 50);
    expect(device.engine.carry(device.handle)).toMatchObject({ pending: [{ type: "exit", run: 1 }] });
    device.engine.release(device.handle);
    expect(device.engine.admit()).toBe(device.handle);
    expect(device.engine.state(device.handle)).toEqual({ inside: [] });
  });

  it("[FS16] leaves out what is pending for a fence that is gone or strict by now", () => {
    const device = inside();
    device.go(10, 50);
    const state = device.engine.state(device.handle);
    for (const fences of [[], [yard(strict)]]) {
      const engine = createFenceEngine();
      for (const fence of fences) engine.put(fence);
      expect(engine.state(engine.admit(state)).pending).toBeUndefined();
    }
  });
});

describe("explanations", () => {
  it("[FS20] tell of every fence that the device is in, that is pending, or near", () => {
    const near = yard({}, 1, { type: "Point", coordinates: plane.at(500, 0) }, "near");
    const far = yard({}, 1, { type: "Point", coordinates: plane.at(2_000, 0) }, "far");
    const device = new Device(yard(), { ...near, radius: 100 }, { ...far, radius: 100 });
    device.say({ s: 0, east: -100, accuracy: 10 });
    device.say({ s: 10, east: 20, accuracy: 10 });
    device.say({ s: 20, east: 100, accuracy: 10 });
    expect(device.engine.explain(device.handle)).toEqual([
      {
        fence: "near",
        fenceVersion: 1,
        inside: false,
        rawInside: false,
        distance: expect.closeTo(300, 0),
        accuracy: 10,
        exitMargin: 30,
        verdict: "outside",
      },
      {
        fence: "yard",
        fenceVersion: 1,
        inside: true,
        rawInside: false,
        distance: expect.closeTo(100, 0),
        accuracy: 10,
        exitMargin: 30,
        verdict: "outside",
        pending: {
          type: "exit",
          time: expect.closeTo(8_333, -1),
          fix: 10_000,
          count: 1,
          needFixes: 3,
          seconds: 0,
          needSeconds: 300,
          steady: true,
        },
      },
    ]);
    expect(device.engine.explain(device.engine.admit())).toEqual([]);
  });

  it("[FS20] say where an outlier was skipped", () => {
    const device = inside();
    device.say({ s: 10, east: 9_000, outlier: true });
    expect(device.engine.explain(device.handle)).toMatchObject([
      { fence: "yard", inside: true, rawInside: true, verdict: "skipped", distance: expect.closeTo(-100, 0) },
    ]);
  });
});

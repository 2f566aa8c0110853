import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distance } from "#geo";
import type { Fence, Fix, ShareTerms } from "#wire";
import { areaOf, isArea } from "./area.ts";
import { blurBy } from "./blur.ts";
import { isInDisc } from "./disc.ts";
import { discAround, disguise } from "./disguise.ts";
import { reachOf } from "./reach.ts";
import { trackThrough } from "./track.ts";
import { Veil } from "./veil.ts";

const drawWith = (seed: string) => (label: string) => {
  const digest = createHmac("sha256", seed).update(label).digest();
  return [0, 6, 12, 18].map((at) => digest.readUIntBE(at, 6) / 2 ** 48);
};

const fence = (id: string, geometry: Fence["geometry"], radius?: number): Fence => ({
  id,
  workspace: "main",
  version: 1,
  name: id,
  geometry,
  ...(radius !== undefined && { radius }),
  home: true,
  createdAt: 0,
  updatedAt: 0,
});

const circle = (lon: number, lat: number, radius: number, id = "home"): Fence =>
  fence(id, { type: "Point", coordinates: [lon, lat] }, radius);

const square = (lon: number, lat: number, half: number): Fence => {
  const [w, s, e, n] = [lon - half, lat - half, lon + half, lat + half];
  return fence("square", {
    type: "Polygon",
    coordinates: [
      [
        [w, s],
        [e, s],
        [e, n],
        [w, n],
        [w, s],
      ],
    ],
  });
};

const TIME = Date.UTC(2026, 4, 1);
const fixAt = (lon: number, lat: number, more: Partial<Fix> = {}): Fix => ({
  device: "van",
  time: TIME,
  lon,
  lat,
  speed: 5,
  course: 90,
  accuracy: 4,
  attributes: { driver: "Kim" },
  ...more,
});

const veil = (terms: Partial<ShareTerms>, homes: readonly Fence[] = [], area?: Fence): Veil =>
  new Veil({ terms: { what: { devices: ["van"] }, ...terms }, homes, fence: area, draw: drawWith("s") });

const lons = fc.double({ min: -180, max: 180, noNaN: true });
const lats = fc.double({ min: -85, max: 85, noNaN: true });
const seeds = fc.string({ minLength: 1, maxLength: 8 });

describe("a veil", () => {
  it("[AC15] lets through time, place, speed and course, and nothing else", () => {
    expect(veil({}).show(fixAt(2, 48))).toEqual({ time: TIME, lon: 2, lat: 48, speed: 5, course: 90 });
    expect(veil({}).show(fixAt(2, 48, { outlier: true }))).toBeUndefined();
  });

  it("[AC16] shows nothing from outside of the time, ends included, nor of a trip", () => {
    const span = veil({ from: TIME, to: TIME + 1000 });
    expect(
      [-1, 0, 1000, 1001].map((ms) => span.show(fixAt(2, 48, { time: TIME + ms })) !== undefined),
    ).toEqual([false, true, true, false]);
    const trip = veil({
      what: { trip: { device: "van", from: TIME + 500, to: TIME + 5000 } },
      to: TIME + 1000,
    });
    expect([trip.from, trip.to]).toEqual([TIME + 500, TIME + 1000]);
  });

  it("[AC16] is as old as the delay at every moment", () => {
    const delayed = veil({ delaySeconds: 60, to: TIME });
    expect(delayed.newestAt(TIME)).toBe(TIME - 60_000);
    expect(delayed.newestAt(TIME + 600_000)).toBe(TIME);
  });

  it("[AC17] [AC18] never shows a place in a home zone, true or blurred, and of a blurred one only its cell", () => {
    const radii = fc.double({ min: 1, max: 5_000, noNaN: true });
    const near = fc.double({ min: -0.1, max: 0.1, noNaN: true });
    const blurs = fc.option(fc.integer({ min: 10, max: 20_000 }), { nil: undefined });
    fc.assert(
      fc.property(
        lons,
        lats,
        radii,
        near,
        near,
        blurs,
        seeds,
        (lon, lat, radius, dx, dy, blurMeters, seed) => {
          const draw = drawWith(seed);
          const home = circle(lon, lat, radius);
          const terms = { what: { devices: ["van"] }, ...(blurMeters !== undefined && { blurMeters }) };
          const through = new Veil({ terms, homes: [home], draw });
          const fix = fixAt(lon + dx, Math.max(-90, Math.min(90, lat + dy)));
          const shown = through.show(fix);
          if (shown === undefined) return;
          expect(distance(lon, lat, fix.lon, fix.lat)).toBeGreaterThan(radius);
          expect(distance(lon, lat, shown.lon, shown.lat)).toBeGreaterThan(radius);
          expect(isInDisc(disguise(home, draw), shown.lon, shown.lat)).toBe(false);
          if (blurMeters === undefined) return;
          expect([shown.lon, shown.lat]).toEqual(blurBy(blurMeters, draw)(fix.lon, fix.lat));
          expect(Object.keys(shown)).toEqual(["time", "lon", "lat"]);
        },
      ),
    );
  });

  it("[AC17] tells times of blurred places by the minute, never before the link begins", () => {
    const blurred = veil({ blurMeters: 500, from: TIME + 90_000 });
    expect(blurred.show(fixAt(2, 48, { time: TIME + 200_000 }))?.time).toBe(TIME + 180_000);
    expect(blurred.show(fixAt(2, 48, { time: TIME + 95_000 }))?.time).toBe(TIME + 90_000);
  });
});

describe("blurring", () => {
  it("[AC17] gives one place for a cell, whose sides are at least so wide, also across ±180°", () => {
    const sizes = fc.integer({ min: 50, max: 50_000 });
    fc.assert(
      fc.property(lons, lats, sizes, seeds, (lon, lat, meters, seed) => {
        const blur = blurBy(meters, drawWith(seed));
        const [x, y] = blur(lon, lat);
        // The middle of a cell lies in that cell, and as far as half a side everything does.
        const small = meters * 0.49;
        const [dLat, dLon] = [small / 111_700, small / (111_700 * Math.cos((y * Math.PI) / 180))];
        for (const [a, b] of [
          [0, 0],
          [dLon, 0],
          [-dLon, 0],
          [0, dLat],
          [0, -dLat],
        ] as const) {
          const [u, v] = blur(x + a, y + b);
          expect(distance(u, v, x, y)).toBeLessThan(0.01);
        }
      }),
    );
  });

  it("[AC17] is the same for ever, and another with another seed", () => {
    const place = blurBy(1000, drawWith("one"))(2.35, 48.85);
    expect(blurBy(1000, drawWith("one"))(2.35, 48.85)).toEqual(place);
    expect(blurBy(1000, drawWith("two"))(2.35, 48.85)).not.toEqual(place);
  });
});

describe("a home zone", () => {
  it("[AC18] is hidden whole, whatever its shape", () => {
    const halves = fc.double({ min: 0.0001, max: 1, noNaN: true });
    const parts = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        lons,
        fc.double({ min: -80, max: 80, noNaN: true }),
        halves,
        parts,
        parts,
        seeds,
        (lon, lat, half, u, v, seed) => {
          const home = square(lon, lat, half);
          expect(isInDisc(disguise(home, drawWith(seed)), lon + u * half, lat + v * half)).toBe(true);
        },
      ),
    );
    const corridor = fence(
      "way",
      {
        type: "LineString",
        coordinates: [
          [2, 48],
          [2.1, 48.2],
        ],
      },
      300,
    );
    const hidden = disguise(corridor, drawWith("s"));
    for (const [lon, lat] of [
      [2, 48],
      [2.1, 48.2],
      [2.05, 48.1],
    ] as const) {
      expect(isInDisc(hidden, lon, lat + 300 / 111_700)).toBe(true);
    }
  });

  it("[AC18] does not give its middle away: what is hidden lies beside it, and stays while it changes a little", () => {
    const offsets = Array.from({ length: 400 }, (_, i) => {
      const { lon, lat, radius } = disguise(circle(2, 48, 150), drawWith(`seed ${i}`));
      return { away: distance(2, 48, lon, lat), east: lon > 2, radius };
    });
    const away = offsets.map((offset) => offset.away).sort((a, b) => a - b);
    // Spread over a disc as wide as the home itself: half of all lie in the outer half of it.
    expect(away.at(-1)).toBeLessThanOrEqual(201);
    expect(away[200]).toBeGreaterThan(120);
    const east = offsets.filter((offset) => offset.east).length;
    expect(east).toBeGreaterThan(150);
    expect(east).toBeLessThan(250);
    const [before, after] = [150, 190].map((radius) => disguise(circle(2, 48, radius), drawWith("s")));
    expect(after).toEqual(before);
    expect(disguise(circle(2, 48, 150, "other"), drawWith("s"))).not.toEqual(before);
  });

  it("[AC18] holds across ±180°", () => {
    const around = discAround(square(179.999, 10, 0.01));
    expect(isInDisc(around, -179.992, 10)).toBe(true);
  });
});

describe("an area", () => {
  it("[AC13] is a box, a circle or a polygon with its holes, also past ±180°", () => {
    expect(areaOf([170, -10, -170, 10])(-175, 0)).toBe(true);
    expect(areaOf([170, -10, -170, 10])(160, 0)).toBe(false);
    expect(areaOf(circle(2, 48, 1000))(2.01, 48)).toBe(true);
    expect(areaOf(circle(2, 48, 1000))(2.02, 48)).toBe(false);
    const ring = (half: number) => [
      [180 - half, -half],
      [180 + half, -half],
      [180 + half, half],
      [180 - half, half],
      [180 - half, -half],
    ];
    const holed = areaOf({ geometry: { type: "Polygon", coordinates: [ring(2), ring(1)] } });
    expect([holed(-178.5, 0), holed(178.5, 0), holed(179.5, 0), holed(-177, 0)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(areaOf({ geometry: { type: "MultiPolygon", coordinates: [[ring(2)]] } })(-179, 0)).toBe(true);
  });

  it("[AC13] is nothing once its fence is gone or became a corridor", () => {
    const way = fence(
      "way",
      {
        type: "LineString",
        coordinates: [
          [2, 48],
          [3, 48],
        ],
      },
      300,
    );
    expect(areaOf(undefined)(2, 48)).toBe(false);
    expect(areaOf(way)(2, 48)).toBe(false);
    expect([isArea(way), isArea(circle(2, 48, 1))]).toEqual([false, true]);
  });

  it("[AC13] [AC17] shows a blurred place only where both that and the true one lie in it", () => {
    const area: ShareTerms["what"] = { area: [2, 48, 2.05, 48.05] };
    const through = veil({ what: area, blurMeters: 2000 });
    let shown = 0;
    for (let i = 0; i < 400; i++) {
      const seen = through.show(fixAt(1.98 + (i % 20) * 0.005, 47.98 + Math.floor(i / 20) * 0.005));
      if (seen === undefined) continue;
      shown++;
      expect(seen.lon >= 2 && seen.lon <= 2.05 && seen.lat >= 48 && seen.lat <= 48.05).toBe(true);
    }
    expect(shown).toBeGreaterThan(20);
  });
});

describe("reach", () => {
  it("[AC13] is what is shared, of what its maker may see", () => {
    const vans = reachOf({ groups: ["north"] }, undefined);
    expect(vans({ device: "a", groups: ["north/vans"] })).toBe(true);
    expect(vans({ device: "a", groups: ["south"] })).toBe(false);
    const named = reachOf({ devices: ["a", "b"] }, ["north"]);
    expect(named({ device: "a", groups: ["north"] })).toBe(true);
    expect(named({ device: "a", groups: ["south"] })).toBe(false);
    expect(named({ device: "a" })).toBe(false);
    expect(named({ device: "c", groups: ["north"] })).toBe(false);
    expect(reachOf({ area: [0, 0, 1, 1] }, [])({ device: "a", groups: ["north"] })).toBe(false);
  });
});

describe("a track", () => {
  const ways = (through: Veil, ...fixes: readonly Fix[]): number[][] =>
    trackThrough(through, fixes, 100).map((all) => all.map(({ time }) => time - TIME));

  it("[AC18] is interrupted where the device was hidden, and goes on behind", () => {
    const home = circle(2, 48, 100);
    const along = [-0.02, -0.01, 0, 0.01, 0.02].map((away, i) => fixAt(2 + away, 48, { time: TIME + i }));
    expect(ways(veil({}, [home]), ...along)).toEqual([
      [0, 1],
      [3, 4],
    ]);
  });

  it("[AC17] leaves out outliers and what repeats a place", () => {
    const fixes = [
      fixAt(2, 48),
      fixAt(9, 9, { time: TIME + 1, outlier: true }),
      fixAt(2, 48, { time: TIME + 2 }),
      fixAt(2.1, 48, { time: TIME + 3 }),
    ];
    expect(ways(veil({}), ...fixes)).toEqual([[0, 3]]);
  });

  it("[AC16] is thinned evenly, its end kept", () => {
    const fixes = Array.from({ length: 1000 }, (_, i) => fixAt(2 + i / 1000, 48, { time: TIME + i }));
    const [thinned = []] = ways(veil({}), ...fixes);
    expect(thinned.length).toBeLessThanOrEqual(101);
    expect([thinned[0], thinned[1], thinned.at(-1)]).toEqual([0, 10, 999]);
  });
});

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gunzipSync } from "node:zlib";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { describe, expect, it } from "vitest";
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { checkGeometry, createFenceEngine } from "#fence";
import type { Fence } from "#wire";
import { oracleEvents, type OracleEvent, type OracleFix } from "../src/fence/testing/oracle.ts";
import { strict } from "./support/strict.ts";
import { Random } from "../src/fence/testing/random.ts";

const data = new URL("../../shared/data/", import.meta.url);
const present = existsSync(data);
if (!present) console.log(`skipped: no recorded tracks at ${data.pathname}`);

interface Recorded extends OracleFix {
  readonly device: string;
}

/** Fixes by device, in order of time, each time once. */
function tracks(file: string): Map<string, Recorded[]> {
  const lines = gunzipSync(readFileSync(new URL(`tracks/${file}`, data)))
    .toString()
    .trim()
    .split("\n");
  const fixes = lines.map((line) => JSON.parse(line) as Recorded).sort((a, b) => a.time - b.time);
  const byDevice = Map.groupBy(fixes, (fix) => fix.device);
  for (const [device, list] of byDevice)
    byDevice.set(
      device,
      list.filter((fix, i) => fix.time !== list[i - 1]?.time),
    );
  return byDevice;
}

function neighbourhoods(): Fence[] {
  const file = readFileSync(new URL("fences/sf-neighbourhoods.geojson", data), "utf8");
  const { features } = JSON.parse(file) as FeatureCollection<Polygon | MultiPolygon>;
  return features.map(({ geometry }: Feature<Polygon | MultiPolygon>, i) => fence(`hood-${i}`, geometry));
}

function fence(id: string, geometry: Fence["geometry"], radius?: number): Fence {
  const base = {
    id,
    workspace: "main",
    version: 1,
    name: id,
    geometry,
    ...strict,
    createdAt: 0,
    updatedAt: 0,
  };
  return radius === undefined ? base : { ...base, radius };
}

/** Circles and corridors where the track goes. */
function roundFences(
  fixes: readonly OracleFix[],
  seed: number,
  name: (id: string) => string = (id) => id,
): Fence[] {
  const r = new Random(seed);
  const somewhere = (): number[] => {
    const { lon, lat } = r.pick(fixes);
    return [lon, lat];
  };
  const circles = Array.from({ length: 8 }, (_, i) =>
    fence(name(`circle-${i}`), { type: "Point", coordinates: somewhere() }, r.between(50, 1500)),
  );
  const corridors = Array.from({ length: 2 }, (_, i) =>
    fence(
      name(`corridor-${i}`),
      { type: "LineString", coordinates: [somewhere(), somewhere(), somewhere()] },
      r.between(40, 300),
    ),
  );
  return [...circles, ...corridors];
}

const label = (e: Pick<OracleEvent, "type" | "fence" | "fix" | "reason">): string =>
  `${e.fix} ${e.type} ${e.fence} ${e.reason ?? ""}`;

/** Compares event by event; answers how many there were. */
function agree(fences: readonly Fence[], fixes: readonly OracleFix[]): number {
  const engine = createFenceEngine();
  for (const each of fences) {
    expect(checkGeometry(each.geometry, each.radius)).toBeUndefined();
    engine.put(each);
  }
  const handle = engine.admit();
  const got: OracleEvent[] = [];
  for (const { time, lon, lat } of fixes) {
    const count = engine.update(handle, time, lon, lat);
    for (let i = 0; i < count; i++) got.push({ ...engine.crossing(i), margin: Infinity });
  }
  const wanted = oracleEvents(fences, fixes);
  expect(got.map(label).sort()).toEqual(wanted.map(label).sort());
  const byLabel = new Map(got.map((event) => [label(event), event]));
  for (const event of wanted) {
    const match = byLabel.get(label(event))!;
    // Where a path grazes a round fence, a tenth of a millimetre is some milliseconds.
    const within = event.margin === Infinity ? 2 : 50;
    expect(Math.abs(match.time - event.time), label(event)).toBeLessThanOrEqual(within);
    expect(Math.hypot(match.lon - event.lon, match.lat - event.lat)).toBeLessThan(
      event.margin === Infinity ? 1e-7 : 1e-5,
    );
  }
  return wanted.length;
}

/** Borders of countries, those that the package cuts at the antimeridian left out. */
function countries(): Fence[] {
  const topology = createRequire(import.meta.url)("world-atlas/countries-50m.json") as Topology<{
    countries: GeometryCollection;
  }>;
  const { features } = feature(topology, topology.objects.countries);
  return features.flatMap(({ geometry }, i) => {
    if (geometry.type !== "Polygon" && geometry.type !== "MultiPolygon") return [];
    return checkGeometry(geometry, undefined) === undefined ? [fence(`country-${i}`, geometry)] : [];
  });
}

/** Circles and corridors along the way of a track. */
function alongTheWay(fixes: readonly OracleFix[], count: number, seed: number): Fence[] {
  const ofSeed = (i: number): Fence[] => roundFences(fixes, seed * 1_000 + i, (id) => `${id}-${i}`);
  return Array.from({ length: Math.ceil(count / 10) }, (_, i) => ofSeed(i)).flat();
}

describe.skipIf(!present)("recorded tracks against brute force", () => {
  it("[FE1] taxis of San Francisco and its neighbourhoods", { timeout: 300_000 }, () => {
    const fences = neighbourhoods();
    let events = 0;
    for (const fixes of tracks("sf-taxis.ndjson.gz").values()) events += agree(fences, fixes);
    expect(events).toBeGreaterThan(10_000);
  });

  for (const file of ["sf-taxis.ndjson.gz", "beijing-people.ndjson.gz", "liverpool-bus.ndjson.gz"])
    it(`[FE1] ${file} and circles and corridors on their way`, { timeout: 300_000 }, () => {
      let events = 0;
      for (const [i, fixes] of [...tracks(file).values()].slice(0, 4).entries())
        events += agree(roundFences(fixes.slice(0, 400), i + 1), fixes.slice(0, 400));
      expect(events).toBeGreaterThan(20);
    });

  // Brute force over circles and corridors is slow: fewer of them where there are many fixes.
  for (const [file, round] of [
    ["sf-taxis", 10],
    ["beijing-people", 10],
    ["liverpool-bus", 60],
  ] as const)
    it(
      `[FE1] every fix of ${file} and several hundred fences: districts, countries, circles, corridors`,
      {
        timeout: 600_000,
      },
      () => {
        const byDevice = tracks(`${file}.ndjson.gz`);
        const all = [...byDevice.values()].flat();
        const fences = [...neighbourhoods(), ...countries(), ...alongTheWay(all, round, 1)];
        expect(fences.length).toBeGreaterThan(280);
        let events = 0;
        for (const fixes of byDevice.values()) events += agree(fences, fixes);
        console.log(
          `${file}: ${all.length} fixes, ${fences.length} fences, ${events} events, each as brute force says`,
        );
        expect(events).toBeGreaterThan(100);
      },
    );
});

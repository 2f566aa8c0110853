import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { expect } from "vitest";
import { oracleEvents, type OracleEvent } from "../../src/fence/testing/oracle.ts";
import type { Fence, FenceGeometry } from "#wire";
import type { FeedEvent } from "./feed.ts";
import { strict } from "./strict.ts";
import { sharedData } from "./shared-data.ts";

/** A GeoJSON Feature that can be posted as a fence. */
export interface FenceFeature {
  readonly type: "Feature";
  readonly id: string;
  readonly properties: { readonly name: string; readonly radius?: number };
  readonly geometry: FenceGeometry;
}

/** A fix as the proofs need it. */
export interface TrackFix {
  readonly time: number;
  readonly lon: number;
  readonly lat: number;
}

/** Path of the recorded taxis, where there are recordings. */
export const sfTaxis: string | undefined = sharedData("tracks/sf-taxis.ndjson.gz");

const neighbourhoods = sharedData("fences/sf-neighbourhoods.geojson");

/** The neighbourhoods of San Francisco as features with ids, where there are recordings. */
export const sfFences: (() => readonly FenceFeature[]) | undefined =
  neighbourhoods === undefined
    ? undefined
    : () => {
        const { features } = JSON.parse(readFileSync(neighbourhoods, "utf8")) as {
          features: { properties: { name: string }; geometry: FenceGeometry }[];
        };
        return features.map(({ properties: { name }, geometry }, index) => ({
          type: "Feature",
          id: `sf-${index}`,
          properties: { name, ...strict },
          geometry,
        }));
      };

/** Fixes of each device in the order of time, each time once, the first copy of the file winning. */
export async function readTrack(path: string): Promise<ReadonlyMap<string, readonly TrackFix[]>> {
  const devices = new Map<string, Map<number, TrackFix>>();
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  for await (const line of lines) {
    if (line.trim() === "") continue;
    const { device, time, lon, lat } = JSON.parse(line) as TrackFix & { device: string };
    const fixes = devices.get(device) ?? new Map<number, TrackFix>();
    devices.set(device, fixes);
    if (!fixes.has(time)) fixes.set(time, { time, lon, lat });
  }
  return new Map(
    [...devices].map(([device, fixes]) => [device, [...fixes.values()].toSorted((a, b) => a.time - b.time)]),
  );
}

/** Decisions nearer than this to a circle's or corridor's limit may fall either way; polygons are exact. */
const UNDECIDED_METERS = 0.002;
/** Interpolated places and times may differ by rounding: degrees plus a share of the step, milliseconds. */
const PLACE_DEGREES = 1e-7;
const PLACE_SHARE = 1e-6;
const TIME_MS = 2;

/**
 * Expects the feed to hold exactly the events that brute force finds in the same fixes: same type, fence and fix for
 * each device, with the same interpolated time and place, in the order of time. Answers how many were compared.
 */
export function compareWithOracle(
  feed: readonly FeedEvent[],
  features: readonly FenceFeature[],
  track: ReadonlyMap<string, readonly TrackFix[]>,
): number {
  const fences = features.map(toFence);
  let compared = 0;
  for (const [device, fixes] of track) {
    const expected = oracleEvents(fences, fixes);
    const undecided = expected.filter((event) => event.margin < UNDECIDED_METERS);
    expect(undecided, `${device}: choose tracks that keep off the limits of circles`).toEqual([]);
    const found = feed.filter((event) => event.device === device);
    const byName = new Map(found.map((event) => [name(event), event]));
    expect(found.map(name).toSorted()).toEqual(expected.map((event) => name(inFeedForm(event))).toSorted());
    for (const event of expected) {
      const one = name(inFeedForm(event));
      const { time, lon, lat } = byName.get(one)!;
      const within = PLACE_DEGREES + PLACE_SHARE * stepTo(fixes, event.fix);
      expect(Math.abs(Date.parse(time) - event.time), one).toBeLessThanOrEqual(TIME_MS);
      expect(apart(lon, event.lon), one).toBeLessThan(within);
      expect(Math.abs(lat - event.lat), one).toBeLessThan(within);
    }
    // Rounding may swap two fences that are crossed in the same millisecond, nothing else.
    expect(found.map(({ time }) => time)).toEqual(found.map(({ time }) => time).toSorted());
    compared += expected.length;
  }
  expect(feed.length).toBe(compared);
  return compared;
}

/** Degrees between two longitudes, the short way. */
const apart = (a: number, b: number): number => Math.abs(((((a - b + 180) % 360) + 360) % 360) - 180);

/** Degrees from the fix before to the one at `time`. */
function stepTo(fixes: readonly TrackFix[], time: number): number {
  const index = fixes.findIndex((fix) => fix.time === time);
  const [from, to] = [fixes[index - 1], fixes[index]];
  return from === undefined || to === undefined ? 0 : apart(from.lon, to.lon) + Math.abs(from.lat - to.lat);
}

const toFence = ({ id, properties, geometry }: FenceFeature): Fence => ({
  id,
  workspace: "main",
  version: 1,
  name: properties.name,
  geometry,
  ...(properties.radius !== undefined && { radius: properties.radius }),
  ...strict,
  createdAt: 0,
  updatedAt: 0,
});

const inFeedForm = (event: OracleEvent): Pick<FeedEvent, "type" | "fence" | "fix" | "reason"> => ({
  type: event.type,
  fence: event.fence,
  fix: new Date(event.fix).toISOString(),
  ...(event.reason && { reason: event.reason }),
});

const name = ({ type, fence, fix, reason }: Pick<FeedEvent, "type" | "fence" | "fix" | "reason">): string =>
  `${fix} ${type} ${fence}${reason === undefined ? "" : ` (${reason})`}`;

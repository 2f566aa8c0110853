import type { Feature, FeatureCollection } from "geojson";
import { unwrapLon, type EpochMs, type Milliseconds } from "#geo";

/** A fix of a track, oldest first. */
export interface TrackFix {
  readonly time: EpochMs;
  readonly lon: number;
  readonly lat: number;
  readonly outlier?: boolean | undefined;
}

/** No gap is called one below this. */
const shortestGap: Milliseconds = 3 * 60_000;

/**
 * A track as lines (`kind: "line"`) where fixes follow each other, and as dashes (`kind: "gap"`) where they do not:
 * more than five times the usual interval apart, at least three minutes. Outliers are left out. Longitudes run on past
 * ±180°, so no line crosses the whole map.
 */
export function trackLines(fixes: readonly TrackFix[]): FeatureCollection {
  const good = fixes.filter(({ outlier }) => outlier !== true);
  const limit = gapLimit(good);
  const features: Feature[] = [];
  let run: [number, number][] = [];
  let before: TrackFix | undefined;
  let lon = 0;
  for (const fix of good) {
    const from = lon;
    lon = before ? unwrapLon(lon, fix.lon) : fix.lon;
    if (before && fix.time - before.time > limit) {
      features.push(
        ...line("line", run),
        ...line("gap", [
          [from, before.lat],
          [lon, fix.lat],
        ]),
      );
      run = [];
    }
    run.push([lon, fix.lat]);
    before = fix;
  }
  features.push(...line("line", run));
  return { type: "FeatureCollection", features };
}

/** How long two fixes may be apart before the line between them is a gap. */
export function gapLimit(fixes: readonly TrackFix[]): Milliseconds {
  const intervals: number[] = [];
  for (const [index, { time }] of fixes.entries()) {
    const before = fixes[index - 1];
    if (before) intervals.push(time - before.time);
  }
  intervals.sort((a, b) => a - b);
  const usual = intervals[Math.floor(intervals.length / 2)] ?? 0;
  return Math.max(shortestGap, 5 * usual);
}

function line(kind: "line" | "gap", coordinates: [number, number][]): Feature[] {
  if (coordinates.length < 2) return [];
  return [{ type: "Feature", properties: { kind }, geometry: { type: "LineString", coordinates } }];
}

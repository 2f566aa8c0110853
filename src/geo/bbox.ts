import type { BBox, Degrees, LngLat } from "./units.ts";
import { normalizeLon } from "./wrap-lon.ts";

/** The box of positions taken as they are (no wrapping); undefined for none. */
export function bboxOf(positions: Iterable<LngLat | readonly number[]>): BBox | undefined {
  let west = Infinity;
  let south = Infinity;
  let east = -Infinity;
  let north = -Infinity;
  for (const [lon = NaN, lat = NaN] of positions) {
    if (lon < west) west = lon;
    if (lon > east) east = lon;
    if (lat < south) south = lat;
    if (lat > north) north = lat;
  }
  return west <= east ? [west, south, east, north] : undefined;
}

/**
 * The same box with longitudes in -180…180; west > east where it crosses the antimeridian. A box a full turn or
 * more wide becomes -180…180.
 */
export function normalizeBBox([west, south, east, north]: BBox): BBox {
  if (east - west >= 360) return [-180, south, 180, north];
  if (west >= -180 && west <= 180 && east >= -180 && east <= 180) return [west, south, east, north];
  const w = normalizeLon(west);
  const e = normalizeLon(east);
  return [w, south, e === -180 ? 180 : e, north];
}

/** Splits a box that crosses the antimeridian into its two halves; other boxes come back alone. */
export function splitBBox(box: BBox): readonly BBox[] {
  const [west, south, east, north] = normalizeBBox(box);
  if (west <= east) return [[west, south, east, north]];
  return [
    [west, south, 180, north],
    [-180, south, east, north],
  ];
}

/** Whether the point lies in the closed box, which may cross the antimeridian; 180 and -180 are one meridian. */
export function pointInBBox(lon: Degrees, lat: Degrees, [west, south, east, north]: BBox): boolean {
  if (lat < south || lat > north) return false;
  const x = normalizeLon(lon);
  const within = (at: number): boolean =>
    west <= east ? at >= west && at <= east : at >= west || at <= east;
  return within(x) || (x === -180 && within(180));
}

/** Whether two closed boxes share a point; either may cross the antimeridian. */
export function bboxesOverlap(a: BBox, b: BBox): boolean {
  if (a[1] > b[3] || a[3] < b[1]) return false;
  return splitBBox(a).some((p) => splitBBox(b).some((q) => p[0] <= q[2] && p[2] >= q[0]));
}

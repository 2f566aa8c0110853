import geodesic from "geographiclib-geodesic";
import { solveInverse } from "./inverse.ts";
import type { Degrees, Meters } from "./units.ts";

/**
 * Largest difference between `distance` and `exactDistance`, anywhere on the globe. What is nearer to a limit
 * than this must be decided by `exactDistance`.
 */
export const distanceError: Meters = 0.000_5;

const wgs84 = geodesic.Geodesic.WGS84;
const distanceOnly = geodesic.Geodesic.DISTANCE;

/** WGS84 geodesic distance by Karney's method (J. Geodesy 87, 2013), good to nanometres; about ten times slower than `distance`. */
export function exactDistance(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees): Meters {
  return wgs84.Inverse(lat1, lon1, lat2, lon2, distanceOnly).s12 ?? 0;
}

/**
 * WGS84 geodesic distance, within `distanceError` of the truth. Longitudes of any turn; latitudes -90…90.
 * Allocates nothing except for nearly antipodal points.
 */
export function distance(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees): Meters {
  const found = solveInverse(lon1, lat1, lon2, lat2);
  return found === undefined ? exactDistance(lon1, lat1, lon2, lat2) : found.distance;
}

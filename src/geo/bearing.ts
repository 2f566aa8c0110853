import geodesic from "geographiclib-geodesic";
import { solveInverse } from "./inverse.ts";
import type { Degrees, Meters } from "./units.ts";
import { radians } from "./wgs84.ts";

const wgs84 = geodesic.Geodesic.WGS84;
const distanceAndAzimuth = geodesic.Geodesic.DISTANCE | geodesic.Geodesic.AZIMUTH;

/** Both answers of the inverse geodesic problem. */
export interface Way {
  readonly distance: Meters;
  /** Course at the first point, 0 ≤ course < 360; 0 for two equal points. */
  readonly course: Degrees;
}

/** `distance` and `bearing` for the price of one. */
export function way(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees): Way {
  const found = solveInverse(lon1, lat1, lon2, lat2);
  if (found !== undefined) return { distance: found.distance, course: toCourse(found.azimuth / radians) };
  const { s12 = 0, azi1 = 0 } = wgs84.Inverse(lat1, lon1, lat2, lon2, distanceAndAzimuth);
  return { distance: s12, course: toCourse(azi1) };
}

/**
 * Course on which the shortest way from the first point to the second starts: degrees clockwise from true
 * north, 0 ≤ course < 360. Two equal points answer 0.
 */
export function bearing(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees): Degrees {
  return way(lon1, lat1, lon2, lat2).course;
}

const toCourse = (azimuth: number): Degrees => {
  const course = azimuth < 0 ? azimuth + 360 : azimuth;
  return course >= 360 ? 0 : course;
};

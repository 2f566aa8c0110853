import geodesic from "geographiclib-geodesic";
import { solveInverse } from "./inverse.ts";
import type { Degrees } from "./units.ts";
import { radians } from "./wgs84.ts";

const wgs84 = geodesic.Geodesic.WGS84;

/**
 * Course on which the shortest way from the first point to the second starts: degrees clockwise from true
 * north, 0 ≤ course < 360. Two equal points answer 0.
 */
export function bearing(lon1: Degrees, lat1: Degrees, lon2: Degrees, lat2: Degrees): Degrees {
  const found = solveInverse(lon1, lat1, lon2, lat2);
  const azimuth =
    found === undefined
      ? (wgs84.Inverse(lat1, lon1, lat2, lon2, geodesic.Geodesic.AZIMUTH).azi1 ?? 0)
      : found.azimuth / radians;
  const course = azimuth < 0 ? azimuth + 360 : azimuth;
  return course >= 360 ? 0 : course;
}

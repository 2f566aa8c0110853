import geodesic from "geographiclib-geodesic";
import type { Degrees, LngLat, Meters } from "./units.ts";
import { normalizeLon } from "./wrap-lon.ts";

const wgs84 = geodesic.Geodesic.WGS84;
const { LATITUDE, LONGITUDE } = geodesic.Geodesic;

/**
 * Where one arrives after `meters` on the geodesic that leaves the point on `course` (degrees clockwise from
 * north). Exact to nanometres; the longitude is normalised.
 */
export function destination(lon: Degrees, lat: Degrees, course: Degrees, meters: Meters): LngLat {
  const { lon2 = lon, lat2 = lat } = wgs84.Direct(lat, lon, course, meters, LATITUDE | LONGITUDE);
  return [normalizeLon(lon2), lat2];
}

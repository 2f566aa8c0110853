import { distance, radians, type Degrees, type Meters } from "#geo";

interface Place {
  readonly lon: Degrees;
  readonly lat: Degrees;
}

/** Metres of a degree of latitude, give or take half a percent; of longitude at the equator as well. */
const METERS_PER_DEGREE = 111_200;
/** Below this latitude and within half a degree the plane is right to two percent. */
const PLANE_LAT = 70;

/**
 * Is `to` further than `limit` from `from`? A look at the plane settles almost every case for a tenth of the price
 * of a geodesic, which decides the rest.
 */
export function isBeyond(from: Place, to: Place, limit: Meters): boolean {
  const north = Math.abs(to.lat - from.lat);
  const east = Math.abs(to.lon - from.lon);
  if (north < 0.5 && east < 0.5 && Math.abs(from.lat) < PLANE_LAT) {
    const width = east * Math.cos(((from.lat + to.lat) / 2) * radians);
    const about = Math.sqrt(north * north + width * width) * METERS_PER_DEGREE;
    if (about > limit * 1.02) return true;
    if (about < limit * 0.98) return false;
  }
  return distance(from.lon, from.lat, to.lon, to.lat) > limit;
}

import { distance, type MetersPerSecond } from "#geo";
import type { Mark } from "#wire";

/** Degrees of latitude are never longer than this, so a smaller step needs no geodesic. */
const METERS_PER_DEGREE = 111_700;

/** Can something no faster than `maxSpeed` get from one mark to a later one? */
export function reachable(from: Mark, to: Mark, maxSpeed: MetersPerSecond): boolean {
  const reach = (maxSpeed * (to.time - from.time)) / 1_000;
  // Every degree of longitude is at most as long as one at the equator; the sum bounds the way.
  const bound = (Math.abs(to.lon - from.lon) + Math.abs(to.lat - from.lat)) * METERS_PER_DEGREE;
  return bound <= reach || distance(from.lon, from.lat, to.lon, to.lat) <= reach;
}

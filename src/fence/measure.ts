import { distance, distanceError, eccentricitySquared, equatorRadius, exactDistance, radians } from "#geo";

/** Most metres that a degree of latitude has, anywhere (at the poles). */
const latitudeMost = 111_694.1;
/** Most metres that a degree of longitude has, over the cosine of the latitude. */
const longitudeMost = 111_694.1;

/**
 * Upper bound in metres of the way along a straight lon/lat line with these differences (degrees) whose
 * latitudes have at least this absolute value somewhere nearest the equator.
 */
export function pathBound(dLon: number, dLat: number, nearestEquator: number): number {
  const up = dLat * latitudeMost;
  const aside = dLon * longitudeMost * Math.cos(nearestEquator * radians);
  return Math.sqrt(up * up + aside * aside);
}

/** Least absolute latitude between two. */
export function nearestEquator(lat1: number, lat2: number): number {
  return lat1 > 0 !== lat2 > 0 ? 0 : Math.min(Math.abs(lat1), Math.abs(lat2));
}

/** Metres of a degree of latitude at a latitude. */
export function metersPerLat(lat: number): number {
  const s = Math.sin(lat * radians);
  return (equatorRadius * (1 - eccentricitySquared) * radians) / (1 - eccentricitySquared * s * s) ** 1.5;
}

/** Metres of a degree of longitude at a latitude. */
export function metersPerLon(lat: number): number {
  const s = Math.sin(lat * radians);
  return (equatorRadius * Math.cos(lat * radians) * radians) / Math.sqrt(1 - eccentricitySquared * s * s);
}

/** Difference of longitudes in degrees the short way round, -180…180. */
export function shortLon(delta: number): number {
  return delta > 180 || delta < -180 ? delta - 360 * Math.round(delta / 360) : delta;
}

/**
 * Distance minus radius, in metres; its sign is exact, because what is nearer to zero than the error of the fast
 * formula is measured by Karney's method.
 */
export function overshoot(lon1: number, lat1: number, lon2: number, lat2: number, radius: number): number {
  const d = distance(lon1, lat1, lon2, lat2) - radius;
  return Math.abs(d) > distanceError ? d : exactDistance(lon1, lat1, lon2, lat2) - radius;
}

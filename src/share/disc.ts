import { distance, type Degrees, type Meters } from "#geo";

/** A circle on the globe. */
export interface Disc {
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly radius: Meters;
}

/** Fewer metres than a degree of latitude has anywhere. */
const LEAST_PER_DEGREE = 110_500;

/** Does a disc hold the place? */
export const isInDisc = ({ lon, lat, radius }: Disc, atLon: Degrees, atLat: Degrees): boolean =>
  Math.abs(lat - atLat) * LEAST_PER_DEGREE <= radius && distance(lon, lat, atLon, atLat) <= radius;

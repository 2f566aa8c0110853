import { equatorRadius, radians, type Degrees, type Meters } from "#geo";
import { metersPerLat, metersPerLon, nearestEquator } from "./measure.ts";

/**
 * Bounds of distances among places within some metres of a path: lengths of a degree between which the true ones lie.
 *
 * In coordinates scaled by the `low` lengths nothing is further apart than in truth, in those scaled by the `high` ones
 * nothing nearer, as long as it is not further than those metres. Both are linear in lon and lat: where two devices
 * move straight in lon/lat, so does their difference, and the square of its length is a parabola in time.
 */
export class Ruler {
  lowX = 0;
  lowY = 0;
  highX = 0;
  highY = 0;
  /** By how much of the ways of two devices their distance may change faster than the `high` length of their difference. */
  twist = 0;

  /** Fits it to the places within `reach` metres of a path between two latitudes. */
  fit(lat0: Degrees, lat1: Degrees, reach: Meters): void {
    const margin = reach / 110_574;
    const nearest = Math.max(0, nearestEquator(lat0, lat1) - margin);
    const farthest = Math.min(90, Math.max(Math.abs(lat0), Math.abs(lat1)) + margin);
    this.lowX = metersPerLon(farthest);
    this.highX = metersPerLon(nearest);
    this.lowY = metersPerLat(nearest);
    this.highY = metersPerLat(farthest);
    // North turns by tan(lat)·d/a between the two ends of a way of d metres, and a degree of longitude shrinks as much.
    this.twist = ((2 * reach) / equatorRadius) * (Math.tan(farthest * radians) + 1);
  }
}

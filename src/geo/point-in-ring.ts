import { orient2d } from "robust-predicates";
import type { LngLat } from "./units.ts";

/** Where a point lies with respect to a ring. */
export type RingPlace = "inside" | "outside" | "boundary";

/**
 * Even-odd rule in the lon/lat plane, decided exactly. The ring is closed (first position repeated at the end,
 * further elements of a position are ignored) and is not wrapped: give the point in the ring's own longitudes.
 */
export function pointInRing(
  lon: number,
  lat: number,
  ring: readonly (LngLat | readonly number[])[],
): RingPlace {
  let inside = false;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax = NaN, ay = NaN] = ring[i] ?? [];
    const [bx = NaN, by = NaN] = ring[i + 1] ?? [];
    if ((ay > lat && by > lat) || (ay < lat && by < lat) || (ax < lon && bx < lon)) continue;
    const turn = orient2d(ax, ay, bx, by, lon, lat);
    if (turn === 0) {
      if (
        Math.min(ax, bx) <= lon &&
        lon <= Math.max(ax, bx) &&
        Math.min(ay, by) <= lat &&
        lat <= Math.max(ay, by)
      )
        return "boundary";
      continue;
    }
    // Half-open in latitude, so that a vertex on the ray counts once.
    if (ay > lat !== by > lat && turn < 0 === by > ay) inside = !inside;
  }
  return inside ? "inside" : "outside";
}

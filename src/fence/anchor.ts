import { latOf, lonOf, sideOf } from "./cells.ts";

/**
 * Longitude of the `attempt`th place (0…255) that may serve as the anchor of a cell. No two share a coordinate
 * and they fill the cell evenly (Roberts' R2 sequence); the first lies near the middle, on no round number.
 */
export function anchorLon(x: number, level: number, attempt: number): number {
  const f = 0.493_714_159 + attempt * 0.754_877_666_246_693;
  return lonOf(x) + sideOf(level) * (f - Math.floor(f));
}

/** Latitude of the same place. */
export function anchorLat(y: number, level: number, attempt: number): number {
  const f = 0.508_137_265 + attempt * 0.569_840_290_998_053;
  return latOf(y) + sideOf(level) * (f - Math.floor(f));
}

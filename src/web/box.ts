import type { BBox } from "#geo";

/** Is the place in the box, or within `margin` degrees of it? The box may cross the antimeridian. */
export function boxHolds([west, south, east, north]: BBox, lon: number, lat: number, margin = 0): boolean {
  if (lat < south - margin || lat > north + margin) return false;
  const [from, to] = [west - margin, east + margin];
  return west <= east ? lon >= from && lon <= to : lon >= from || lon <= to;
}

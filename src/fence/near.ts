import { distance } from "#geo";
import { nearestEquator, pathBound } from "./measure.ts";
import type { Vertices } from "./vertices.ts";

/** Least metres that a degree of latitude has, anywhere (at the equator). */
const latitudeLeast = 110_574;

/**
 * Writes to `out` from `to` the runs of those pieces of a corridor's line that may come within `reach` metres of
 * a place; answers how many runs. Pieces are short, so their middle and half length decide; none that is near is
 * left out.
 */
export function piecesNear(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  count: number,
  reach: number,
  lon: number,
  lat: number,
  out: Int32Array,
  to: number,
): number {
  let found = 0;
  for (let r = 0; r < count; r++) {
    const first = runs[at + 2 * r] ?? 0;
    const end = first + (runs[at + 2 * r + 1] ?? 0);
    let open = false;
    for (let v = first; v < end; v++) {
      const ay = vertices.lat(v);
      const by = vertices.lat(v + 1);
      const apart = Math.max(Math.min(ay, by) - lat, lat - Math.max(ay, by)) * latitudeLeast > reach;
      if (apart || !isNear(vertices, v, ay, by, reach, lon, lat)) {
        open = false;
        continue;
      }
      if (open) {
        const last = to + 2 * found - 1;
        out[last] = (out[last] ?? 0) + 1;
      } else {
        out[to + 2 * found] = v;
        out[to + 2 * found + 1] = 1;
        found++;
        open = true;
      }
    }
  }
  return found;
}

function isNear(
  vertices: Vertices,
  v: number,
  ay: number,
  by: number,
  reach: number,
  lon: number,
  lat: number,
): boolean {
  const ax = vertices.lon(v);
  const bx = vertices.lon(v + 1);
  const half = pathBound(bx - ax, by - ay, nearestEquator(ay, by)) / 2;
  return distance(lon, lat, (ax + bx) / 2, (ay + by) / 2) - half - 0.01 <= reach;
}

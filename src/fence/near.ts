import { distance } from "#geo";
import { nearestEquator, pathBound, shortLon } from "./measure.ts";
import { ruler, rulerLatitude, rulerReach } from "./ruler.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";

/** Least metres that a degree of latitude has, anywhere (at the equator). */
const latitudeLeast = 110_574;

/**
 * Writes to `out` from `to` the runs of those pieces of a corridor's line that may come within `reach` metres of
 * a place; answers how many runs. None that is near is left out. `out` must have room.
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
  const useRuler = reach < rulerReach && lat < rulerLatitude && lat > -rulerLatitude;
  if (useRuler) ruler.aim(lat);
  const { kx, ky, slopeX, slopeY, bend } = ruler;
  let found = 0;
  for (let r = 0; r < count; r++) {
    const first = runs[at + 2 * r] ?? 0;
    const pieces = runs[at + 2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) continue;
    let i = (first & pageMask) * 2;
    let open = false;
    for (let k = 0; k < pieces; k++) {
      const ay = (page[i + 1] ?? 0) - lat;
      const dy = (page[i + 3] ?? 0) - (page[i + 1] ?? 0);
      const above = ay > 0 && ay + dy > 0 ? Math.min(ay, ay + dy) : 0;
      const below = ay < 0 && ay + dy < 0 ? -Math.max(ay, ay + dy) : 0;
      let near = (above + below) * latitudeLeast <= reach;
      if (near) {
        const ax = shortLon((page[i] ?? 0) - lon);
        const dx = (page[i + 2] ?? 0) - (page[i] ?? 0);
        const ex = dx * kx;
        const ey = dy * ky;
        const square = ex * ex + ey * ey;
        const along = square === 0 ? 0 : -(ax * kx * ex + ay * ky * ey) / square;
        const s = along < 0 ? 0 : along > 1 ? 1 : along;
        const y = ay + s * dy;
        const x = (ax + s * dx) * (kx + slopeX * y);
        const up = y * (ky + slopeY * y);
        const d = Math.sqrt(x * x + up * up);
        near =
          useRuler && d < 2 * rulerReach
            ? d - bend * d * d * d - 1e-3 <= reach
            : isNear(vertices, first + k, reach, lon, lat);
      }
      i += 2;
      if (near && open) {
        const last = to + 2 * found - 1;
        out[last] = (out[last] ?? 0) + 1;
      } else if (near) {
        out[to + 2 * found] = first + k;
        out[to + 2 * found + 1] = 1;
        found++;
      }
      open = near;
    }
  }
  return found;
}

/** By geodesics: pieces are short, so their middle and half length decide. */
function isNear(vertices: Vertices, v: number, reach: number, lon: number, lat: number): boolean {
  const ax = vertices.lon(v);
  const bx = vertices.lon(v + 1);
  const ay = vertices.lat(v);
  const by = vertices.lat(v + 1);
  const half = pathBound(bx - ax, by - ay, nearestEquator(ay, by)) / 2;
  return distance(lon, lat, (ax + bx) / 2, (ay + by) / 2) - half - 0.01 <= reach;
}

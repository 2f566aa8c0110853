import { distance, equatorRadius, exactDistance, radians } from "#geo";
import { metersPerLat, metersPerLon, nearestEquator, pathBound, shortLon } from "./measure.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";

/** Longest piece of a corridor's line in degrees: longer ones are divided when the corridor is stored. */
export const pieceDegrees = 0.1;
/** Farther than this, or nearer to a pole than this, the local ruler is not used. */
const rulerReach = 20_000;
const rulerLatitude = 80;
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * Geodesic distance from a point to the nearest place on some pieces of a line that is straight in lon/lat,
 * minus the radius, in metres. `runs` holds `count` pairs from `at`: first vertex, number of pieces.
 */
export function corridorOver(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  count: number,
  radius: number,
  lon: number,
  lat: number,
): number {
  if (lat < rulerLatitude && lat > -rulerLatitude && radius < rulerReach) {
    const near = Math.sqrt(rulerSquared(vertices, runs, at, count, lon, lat));
    // Seen from the point, a degree of longitude is measured at the wrong latitude by at most the height difference.
    const error = (near * near * (1 + Math.abs(Math.tan(lat * radians)))) / equatorRadius + 1e-3;
    if (near < 2 * rulerReach && (near - radius > error || near - radius < -error)) return near - radius;
  }
  return exactOver(vertices, runs, at, count, radius, lon, lat);
}

/** Least squared distance in metres to the pieces on the plane that touches the point. */
function rulerSquared(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  count: number,
  lon: number,
  lat: number,
): number {
  const kx = metersPerLon(lat);
  const ky = metersPerLat(lat);
  let least = Infinity;
  for (let r = 0; r < count; r++) {
    const first = runs[at + 2 * r] ?? 0;
    const pieces = runs[at + 2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) continue;
    let i = (first & pageMask) * 2;
    // A piece is short, so one turn of longitude serves the whole run unless the run is a turn long.
    let ax = shortLon((page[i] ?? 0) - lon) * kx;
    let ay = ((page[i + 1] ?? 0) - lat) * ky;
    for (let k = 0; k < pieces; k++) {
      const east = ((page[i + 2] ?? 0) - (page[i] ?? 0)) * kx;
      i += 2;
      const by = ((page[i + 1] ?? 0) - lat) * ky;
      const dy = by - ay;
      const square = east * east + dy * dy;
      let s = square === 0 ? 0 : -(ax * east + ay * dy) / square;
      s = s < 0 ? 0 : s > 1 ? 1 : s;
      const x = ax + s * east;
      const y = ay + s * dy;
      const d = x * x + y * y;
      if (d < least) least = d;
      ax = shortLon((page[i] ?? 0) - lon) * kx;
      ay = by;
    }
  }
  return least;
}

function exactOver(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  count: number,
  radius: number,
  lon: number,
  lat: number,
): number {
  let least = Infinity;
  for (let r = 0; r < count; r++) {
    const first = runs[at + 2 * r] ?? 0;
    const end = first + (runs[at + 2 * r + 1] ?? 0);
    for (let v = first; v < end; v++) {
      const [ax, ay, bx, by] = [vertices.lon(v), vertices.lat(v), vertices.lon(v + 1), vertices.lat(v + 1)];
      const half = pathBound(bx - ax, by - ay, nearestEquator(ay, by)) / 2;
      if (distance(lon, lat, (ax + bx) / 2, (ay + by) / 2) - half - 0.01 > least) continue;
      least = Math.min(least, pieceDistance(lon, lat, ax, ay, bx, by));
    }
  }
  return least - radius;
}

/** Geodesic distance in metres from a point to a short piece that is straight in lon/lat: golden-section search. */
export function pieceDistance(
  lon: number,
  lat: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): number {
  const to = (s: number): number => exactDistance(lon, lat, ax + s * (bx - ax), ay + s * (by - ay));
  const fast = (s: number): number => distance(lon, lat, ax + s * (bx - ax), ay + s * (by - ay));
  let low = 0;
  let high = 1;
  let left = 1 - golden;
  let right = golden;
  let atLeft = fast(left);
  let atRight = fast(right);
  for (let i = 0; i < 46; i++) {
    if (atLeft <= atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - golden * (high - low);
      atLeft = fast(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + golden * (high - low);
      atRight = fast(right);
    }
  }
  return Math.min(to(0), to(1), to((low + high) / 2));
}

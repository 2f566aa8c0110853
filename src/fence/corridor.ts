import { distance, distanceError, exactDistance } from "#geo";
import { nearestEquator, overshoot, pathBound, shortLon } from "./measure.ts";
import { ruler, rulerLatitude, rulerReach } from "./ruler.ts";
import { pageBits, pageMask, type Vertices } from "./vertices.ts";

/**
 * Longest piece of a corridor's line in degrees: longer ones are divided when the corridor is stored. Half the
 * radius, between a tenth of a degree and a whole one.
 */
export function pieceDegrees(radius: number): number {
  return Math.min(1, Math.max(0.1, radius / 222_000));
}

/** Up to so many metres the foot that the ruler finds is near enough to the true one. */
const footReach = 1_000;
/** Where `rulerSquared` found the nearest place, and how far; a hot loop must not allocate. */
const foot = { lon: 0, lat: 0, distance: Infinity };

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
  const over = byRuler(vertices, runs, at, count, radius, lon, lat);
  if (!Number.isNaN(over)) return over;
  // The foot is off by near²·tan/a, which lengthens the way by a hundredth of a millimetre at most here.
  if (foot.distance < footReach) return overshoot(foot.lon, foot.lat, lon, lat, radius);
  return exactOver(vertices, runs, at, count, radius, lon, lat);
}

/** Most metres by which `corridorOver` may be wrong where it just answered `over` for this radius. */
export function corridorError(radius: number, over: number): number {
  const d = over + radius;
  return d < 2 * rulerReach ? ruler.bend * d * d * d + 2e-3 : 1e-2;
}

/** The same as `corridorOver`, good to `distanceError` at the limit and several times faster there: for times and places of contact. */
export function corridorNearly(
  vertices: Vertices,
  runs: Int32Array,
  count: number,
  radius: number,
  lon: number,
  lat: number,
): number {
  const over = byRuler(vertices, runs, 0, count, radius, lon, lat);
  if (!Number.isNaN(over)) return over;
  if (foot.distance < footReach) return distance(foot.lon, foot.lat, lon, lat) - radius;
  return exactOver(vertices, runs, 0, count, radius, lon, lat);
}

/** NaN where the ruler cannot tell on which side of the limit a place is; `foot` is where it found the line. */
function byRuler(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  count: number,
  radius: number,
  lon: number,
  lat: number,
): number {
  foot.distance = Infinity;
  if (lat < rulerLatitude && lat > -rulerLatitude && radius < rulerReach) {
    ruler.aim(lat);
    const near = Math.sqrt(rulerSquared(vertices, runs, at, count, lon, lat));
    const error = ruler.bend * near * near * near + 1e-3;
    if (near < 2 * rulerReach && (near - radius > error || near - radius < -error)) return near - radius;
    foot.distance = near;
  }
  return NaN;
}

/**
 * Least squared distance in metres to the pieces, from a place at whose latitude the ruler lies. The foot on each
 * piece is found on the plane; the way there is measured at its middle latitude, which leaves an error of third order.
 */
function rulerSquared(
  vertices: Vertices,
  runs: Int32Array,
  at: number,
  count: number,
  lon: number,
  lat: number,
): number {
  const { kx, ky, slopeX, slopeY } = ruler;
  let least = Infinity;
  for (let r = 0; r < count; r++) {
    const first = runs[at + 2 * r] ?? 0;
    const pieces = runs[at + 2 * r + 1] ?? 0;
    const page = vertices.pages[first >>> pageBits];
    if (page === undefined) continue;
    let i = (first & pageMask) * 2;
    for (let k = 0; k < pieces; k++) {
      const ax = shortLon((page[i] ?? 0) - lon);
      const ay = (page[i + 1] ?? 0) - lat;
      const dx = (page[i + 2] ?? 0) - (page[i] ?? 0);
      const dy = (page[i + 3] ?? 0) - (page[i + 1] ?? 0);
      i += 2;
      const ex = dx * kx;
      const ey = dy * ky;
      const square = ex * ex + ey * ey;
      let s = square === 0 ? 0 : -(ax * kx * ex + ay * ky * ey) / square;
      s = s < 0 ? 0 : s > 1 ? 1 : s;
      const y = ay + s * dy;
      const x = (ax + s * dx) * (kx + slopeX * y);
      const up = y * (ky + slopeY * y);
      const d = x * x + up * up;
      if (d < least) {
        least = d;
        foot.lon = ax + s * dx + lon;
        foot.lat = y + lat;
      }
    }
  }
  return least;
}

/** Every piece measured geodesically, those apart that their middle and length rule out. */
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
  // First the middles alone: the best of them leaves few pieces to be measured in the second pass.
  for (let pass = 0; pass < 2; pass++)
    for (let r = 0; r < count; r++) {
      const first = runs[at + 2 * r] ?? 0;
      const end = first + (runs[at + 2 * r + 1] ?? 0);
      for (let v = first; v < end; v++) {
        const ax = vertices.lon(v);
        const ay = vertices.lat(v);
        const bx = vertices.lon(v + 1);
        const by = vertices.lat(v + 1);
        const middle = distance(lon, lat, (ax + bx) / 2, (ay + by) / 2);
        const half = pass === 0 ? 0 : pathBound(bx - ax, by - ay, nearestEquator(ay, by)) / 2;
        if (middle - half > least) continue;
        const found = pass === 0 ? middle : pieceDistance(lon, lat, ax, ay, bx, by, radius);
        if (found < least) least = found;
      }
    }
  return least - radius;
}

/**
 * Geodesic distance in metres from a point to a short piece that is straight in lon/lat. The squared distance
 * along it is nearly a parabola, so three samples give the foot, and closer ones around it better; Karney's
 * method has the last word where the fast one cannot tell on which side of `radius` it is.
 */
export function pieceDistance(
  lon: number,
  lat: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  radius: number,
): number {
  const to = (s: number): number => distance(lon, lat, ax + s * (bx - ax), ay + s * (by - ay));
  let foot = 0.5;
  const ends = [to(0), to(1)] as const;
  let least = Math.min(...ends);
  let best = least === ends[0] ? 0 : 1;
  for (const h of [0.5, 0.05, 0.005]) {
    const [left, middle, right] = [to(foot - h) ** 2, to(foot) ** 2, to(foot + h) ** 2];
    const bend = left + right - 2 * middle;
    if (bend <= 0) break;
    foot = Math.min(1, Math.max(0, foot + (h * (left - right)) / (2 * bend)));
    const found = to(foot);
    if (found < least) [least, best] = [found, foot];
  }
  const clear = Math.abs(least - radius) > distanceError;
  return clear ? least : exactDistance(lon, lat, ax + best * (bx - ax), ay + best * (by - ay));
}

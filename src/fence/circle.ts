import { distance, equatorRadius, radians } from "#geo";
import { metersPerLat, metersPerLon, overshoot, shortLon } from "./measure.ts";
import type { Shapes } from "./shapes.ts";

/** Farther than this many metres from the centre, or nearer to a pole than this latitude, the ruler is not used. */
const rulerReach = 80_000;
const rulerLatitude = 80;

/** Fills the eight numbers of a circle, its local ruler included. */
export function setCircle(numbers: Float64Array, at: number, lon: number, lat: number, radius: number): void {
  const h = 1e-3;
  const tan = Math.tan(Math.min(Math.abs(lat), rulerLatitude + 1) * radians);
  numbers[at] = lon;
  numbers[at + 1] = lat;
  numbers[at + 2] = radius;
  const usable = Math.abs(lat) < rulerLatitude;
  numbers[at + 3] = usable ? metersPerLon(lat) : 0;
  numbers[at + 4] = metersPerLat(lat);
  // The middle latitude decides, so half the slope.
  numbers[at + 5] = usable ? (metersPerLon(lat + h) - metersPerLon(lat - h)) / (4 * h) : 0;
  numbers[at + 6] = usable ? (metersPerLat(lat + h) - metersPerLat(lat - h)) / (4 * h) : 0;
  numbers[at + 7] = (1 + tan * tan) / (equatorRadius * equatorRadius);
}

/**
 * Geodesic distance from the centre minus the radius, in metres; the sign is exact, the value good to
 * `circleError`. Near points are measured with a ruler at the middle latitude, whose error is
 * under distance³·(1+tan²lat)/a²; what is nearer to the boundary than that is measured geodesically.
 */
export function circleOver(shapes: Shapes, shape: number, lon: number, lat: number): number {
  const numbers = shapes.page(shape);
  const at = shapes.start(shape);
  const over = byRuler(numbers, at, lon, lat);
  if (!Number.isNaN(over)) return over;
  return overshoot(numbers[at] ?? 0, numbers[at + 1] ?? 0, lon, lat, numbers[at + 2] ?? 0);
}

/** Most metres by which `circleOver` may be wrong where it answered `over`. */
export function circleError(shapes: Shapes, shape: number, over: number): number {
  const numbers = shapes.page(shape);
  const at = shapes.start(shape);
  const d = over + (numbers[at + 2] ?? 0);
  return d < rulerReach ? (numbers[at + 7] ?? 0) * d * d * d + 2e-3 : 2e-3;
}

/** The same as `circleOver`, good to `distanceError` at the limit and several times faster there: for times and places of contact. */
export function circleNearly(shapes: Shapes, shape: number, lon: number, lat: number): number {
  const numbers = shapes.page(shape);
  const at = shapes.start(shape);
  const over = byRuler(numbers, at, lon, lat);
  if (!Number.isNaN(over)) return over;
  return distance(numbers[at] ?? 0, numbers[at + 1] ?? 0, lon, lat) - (numbers[at + 2] ?? 0);
}

/** NaN where the ruler cannot tell on which side of the limit a place is. */
function byRuler(numbers: Float64Array, at: number, lon: number, lat: number): number {
  const radius = numbers[at + 2] ?? 0;
  const kx = numbers[at + 3] ?? 0;
  const dy = lat - (numbers[at + 1] ?? 0);
  const dx = shortLon(lon - (numbers[at] ?? 0));
  if (kx !== 0 && dy < 0.75 && dy > -0.75) {
    const x = dx * (kx + (numbers[at + 5] ?? 0) * dy);
    const y = dy * ((numbers[at + 4] ?? 0) + (numbers[at + 6] ?? 0) * dy);
    const d = Math.sqrt(x * x + y * y);
    if (d < rulerReach) {
      const error = (numbers[at + 7] ?? 0) * d * d * d + 1e-3;
      const over = d - radius;
      if (over > error || over < -error) return over;
    }
  }
  return NaN;
}

/**
 * Writes the box around a circle, a little too large, as west, south, east, north; full turn of longitude where it
 * holds a pole or crosses the antimeridian.
 */
export function setCircleBox(box: Float64Array, lon: number, lat: number, radius: number): void {
  const up = (radius / 110_570) * 1.001;
  const south = Math.max(-90, lat - up);
  const north = Math.min(90, lat + up);
  const farthest = Math.max(Math.abs(south), Math.abs(north));
  const aside = farthest >= 89.9 ? 360 : (radius / (111_310 * Math.cos(farthest * radians))) * 1.01;
  const full = lon - aside < -180 || lon + aside > 180;
  box[0] = full ? -180 : lon - aside;
  box[1] = south;
  box[2] = full ? 180 : lon + aside;
  box[3] = north;
}

/** The same box as a tuple. */
export function circleBox(
  lon: number,
  lat: number,
  radius: number,
): readonly [west: number, south: number, east: number, north: number] {
  const box = new Float64Array(4);
  setCircleBox(box, lon, lat, radius);
  return [box[0] ?? 0, box[1] ?? 0, box[2] ?? 0, box[3] ?? 0];
}

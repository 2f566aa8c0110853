import type { Degrees, LngLat, Meters } from "#geo";

/** Mean radius of the Earth, metres; aircraft of a demo need no ellipsoid. */
const RADIUS = 6_371_008.8;
const DEGREES = 180 / Math.PI;

type Vector = readonly [x: number, y: number, z: number];

/** The shortest way between two places on the sphere. */
export interface GreatCircle {
  readonly length: Meters;
  /** Place and course after `along` metres from the start. */
  at(along: Meters): { readonly place: LngLat; readonly course: Degrees };
}

/** The great circle from one place to another; they must be neither equal nor antipodes. */
export function greatCircle(from: LngLat, to: LngLat): GreatCircle {
  const a = toVector(from);
  const b = toVector(to);
  const angle = Math.atan2(norm(cross(a, b)), dot(a, b));
  const sine = Math.sin(angle);
  /** Point and direction of travel: interpolation along the arc, and its derivative. */
  const at = (along: Meters): { place: LngLat; course: Degrees } => {
    const turned = along / RADIUS;
    const point = sum(a, Math.sin(angle - turned) / sine, b, Math.sin(turned) / sine);
    const ahead = sum(a, -Math.cos(angle - turned) / sine, b, Math.cos(turned) / sine);
    return { place: toPlace(point), course: courseOf(point, ahead) };
  };
  return { length: angle * RADIUS, at };
}

function toVector([lon, lat]: LngLat): Vector {
  const east = lon / DEGREES;
  const north = lat / DEGREES;
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
}

function toPlace([x, y, z]: Vector): LngLat {
  return [Math.atan2(y, x) * DEGREES, Math.atan2(z, Math.hypot(x, y)) * DEGREES];
}

/** Course of travel: the direction split into its parts towards east and north at the point. */
function courseOf([x, y, z]: Vector, ahead: Vector): Degrees {
  const flat = Math.hypot(x, y);
  const east = dot(ahead, [-y / flat, x / flat, 0]);
  const north = dot(ahead, [(-z * x) / flat, (-z * y) / flat, flat]);
  return (Math.atan2(east, north) * DEGREES + 360) % 360;
}

function sum(a: Vector, ofA: number, b: Vector, ofB: number): Vector {
  return [a[0] * ofA + b[0] * ofB, a[1] * ofA + b[1] * ofB, a[2] * ofA + b[2] * ofB];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function norm(a: Vector): number {
  return Math.hypot(...a);
}

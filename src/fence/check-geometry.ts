import type { Meters } from "#geo";
import { Problem, type FenceGeometry } from "#wire";
import { checkPolygon } from "./check-polygon.ts";

/** Most positions of a fence, over all its rings. */
export const maxVertices = 500_000;
/** Largest radius of a circle or corridor. */
export const maxRadius: Meters = 5_000_000;
/** Longest line of a corridor, as a sum of degrees: what it is divided into must stay bounded. */
const maxLineDegrees = 50_000;

/** Nesting of `coordinates` down to a position, by type. */
const depths: Readonly<Record<FenceGeometry["type"], number>> = {
  Point: 0,
  LineString: 1,
  Polygon: 2,
  MultiPolygon: 3,
};

/**
 * Whether a geometry and its radius in metres make a fence; both may be anything. Answers undefined, or a problem
 * `invalid_geometry`, `invalid_radius` or `too_many_vertices` whose text names the wrong value. A geometry that
 * passes is a `FenceGeometry`. Longitudes may lie in -540…540, latitudes in -90…90; rings may run either way round.
 */
export function checkGeometry(geometry: unknown, radius: unknown): Problem | undefined {
  const { type, coordinates } = (
    typeof geometry === "object" && geometry !== null ? geometry : {}
  ) as Partial<Record<"type" | "coordinates", unknown>>;
  if (typeof type !== "string" || !Object.hasOwn(depths, type))
    return wrong(`geometry type is ${show(type)}, expected Polygon, MultiPolygon, Point or LineString`);
  const kind = type as FenceGeometry["type"];
  const vertices = countVertices(coordinates, depths[kind]);
  if (vertices > maxVertices)
    return new Problem(
      "too_many_vertices",
      `the geometry has ${vertices} positions, at most ${maxVertices} are allowed`,
    );
  const flaw = checkPositions(coordinates, depths[kind]);
  if (flaw !== undefined) return wrong(`coordinates${flaw}`);
  return checkRadius(kind, radius) ?? checkShape({ type, coordinates } as FenceGeometry);
}

/** Positions under some nesting, without looking at them. */
function countVertices(coordinates: unknown, depth: number): number {
  if (!Array.isArray(coordinates)) return 0;
  if (depth === 0) return 1;
  if (depth === 1) return coordinates.length;
  return coordinates.reduce((sum: number, part) => sum + countVertices(part, depth - 1), 0);
}

/** What is wrong, as text that follows the name of what was looked at: `[2][0] is 5, expected an array`. */
function checkPositions(coordinates: unknown, depth: number): string | undefined {
  if (!Array.isArray(coordinates)) return ` is ${show(coordinates)}, expected an array`;
  if (depth === 0) return checkPosition(coordinates);
  if (coordinates.length === 0) return " is empty";
  for (let i = 0; i < coordinates.length; i++) {
    const flaw = checkPositions(coordinates[i], depth - 1);
    if (flaw !== undefined) return `[${i}]${flaw}`;
  }
  return undefined;
}

function checkPosition(position: readonly unknown[]): string | undefined {
  const lon = position[0];
  const lat = position[1];
  if (position.length < 2) return ` has ${position.length} numbers, expected longitude and latitude`;
  if (typeof lon !== "number" || !(lon >= -540 && lon <= 540))
    return ` has longitude ${show(lon)}, expected a number from -540 to 540`;
  if (typeof lat !== "number" || !(lat >= -90 && lat <= 90))
    return ` has latitude ${show(lat)}, expected a number from -90 to 90`;
  return undefined;
}

function checkRadius(kind: FenceGeometry["type"], radius: unknown): Problem | undefined {
  if (kind === "Polygon" || kind === "MultiPolygon")
    return radius === undefined
      ? undefined
      : new Problem("invalid_radius", `radius is ${show(radius)}, but a ${kind} has none`);
  if (typeof radius === "number" && radius > 0 && radius <= maxRadius) return undefined;
  return new Problem(
    "invalid_radius",
    `radius is ${show(radius)}, expected metres over 0 and at most ${maxRadius} for a ${kind}`,
  );
}

function checkShape(geometry: FenceGeometry): Problem | undefined {
  let flaw: string | undefined;
  if (geometry.type === "LineString") flaw = checkLine(geometry.coordinates);
  else if (geometry.type === "Polygon") flaw = checkPolygon(geometry.coordinates, "");
  else if (geometry.type === "MultiPolygon")
    for (const [i, rings] of geometry.coordinates.entries()) flaw ??= checkPolygon(rings, `polygon ${i}, `);
  return flaw === undefined ? undefined : wrong(flaw);
}

function checkLine(line: readonly (readonly number[])[]): string | undefined {
  if (line.length < 2) return `the line has ${line.length} positions, expected at least 2`;
  let degrees = 0;
  for (const [i, [lon = NaN, lat = NaN]] of line.entries()) {
    const [x = lon, y = lat] = line[i - 1] ?? [];
    degrees += Math.max(Math.abs(lon - x), Math.abs(lat - y));
  }
  return degrees > maxLineDegrees
    ? `the line is ${Math.round(degrees)} degrees long, expected at most ${maxLineDegrees}`
    : undefined;
}

function wrong(detail: string): Problem {
  return new Problem("invalid_geometry", detail);
}

/** A value as text, short. */
function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "missing");
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

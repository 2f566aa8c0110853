import type { Position as Coordinates } from "geojson";
import type { FenceGeometry } from "./fence.ts";
import { refuse, show, type Refusal } from "./refusal.ts";

/** Most vertices of one fence, over all its rings and lines. */
export const MAX_VERTICES = 100_000;

/** Longitudes of a fence may pass 180 (a shape over the antimeridian), but not go round twice. */
export const MAX_FENCE_LON = 360;

const wrong = (detail: string): Refusal => refuse("invalid_geometry", detail);

/** One vertex as [lon, lat]; an altitude is dropped. `where` says which one it is. */
const vertex = (value: unknown, where: string): Coordinates | Refusal => {
  if (!Array.isArray(value) || value.length < 2) {
    return wrong(`${where} is ${show(value)}; expected [lon, lat]`);
  }
  const [lon, lat] = value as readonly unknown[];
  if (typeof lon !== "number" || !(Math.abs(lon) <= MAX_FENCE_LON)) {
    return refuse(
      "invalid_coordinate",
      `${where} has the longitude ${show(lon)}; expected -${MAX_FENCE_LON} to ${MAX_FENCE_LON}`,
    );
  }
  if (typeof lat !== "number" || !(Math.abs(lat) <= 90)) {
    return refuse("invalid_coordinate", `${where} has the latitude ${show(lat)}; expected -90 to 90`);
  }
  return [lon, lat];
};

const vertices = (value: unknown, where: string, least: number): Coordinates[] | Refusal => {
  if (!Array.isArray(value) || value.length < least) {
    return wrong(`${where} is ${show(value)}; expected an array of at least ${least} vertices`);
  }
  const out: Coordinates[] = [];
  for (const [i, item] of value.entries()) {
    const made = vertex(item, `${where}[${i}]`);
    if (!Array.isArray(made)) return made;
    out.push(made);
  }
  return out;
};

const ring = (value: unknown, where: string): Coordinates[] | Refusal => {
  const made = vertices(value, where, 4);
  if (!Array.isArray(made)) return made;
  const first = made[0];
  const last = made.at(-1);
  if (first?.[0] === last?.[0] && first?.[1] === last?.[1]) return made;
  return wrong(`${where} is open: it begins at [${first?.join(", ")}] and ends at [${last?.join(", ")}]`);
};

const each = <Item>(
  value: unknown,
  where: string,
  decode: (item: unknown, where: string) => Item[] | Refusal,
): Item[][] | Refusal => {
  if (!Array.isArray(value) || value.length === 0)
    return wrong(`${where} is ${show(value)}; expected a filled array`);
  const out: Item[][] = [];
  for (const [i, item] of value.entries()) {
    const made = decode(item, `${where}[${i}]`);
    if (!Array.isArray(made)) return made;
    out.push(made);
  }
  return out;
};

const rings = (value: unknown, where: string): Coordinates[][] | Refusal => each(value, where, ring);

/** How many vertices `coordinates` holds, counted before anything is copied; stops soon after the limit. */
const countVertices = (value: unknown, depth: number): number => {
  if (!Array.isArray(value)) return 0;
  if (depth === 0) return value.length;
  let count = 0;
  for (const item of value) {
    count += countVertices(item, depth - 1);
    if (count > MAX_VERTICES * 100) break;
  }
  return count;
};

/**
 * Decodes the geometry of a fence: kinds, numbers, ranges, closed rings, number of vertices. Whether rings cross
 * themselves is the fence room's to say.
 */
export const decodeGeometry = (value: unknown): FenceGeometry | Refusal => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong(`geometry is ${show(value)}; expected a GeoJSON geometry`);
  }
  const { type, coordinates } = value as { type?: unknown; coordinates?: unknown };
  const depth = type === "MultiPolygon" ? 2 : type === "Polygon" ? 1 : 0;
  const count = type === "Point" ? 1 : countVertices(coordinates, depth);
  if (count > MAX_VERTICES) {
    return refuse(
      "too_many_vertices",
      `the geometry has ${count} vertices; at most ${MAX_VERTICES} are allowed`,
    );
  }
  switch (type) {
    case "Point": {
      const made = vertex(coordinates, "coordinates");
      return Array.isArray(made) ? { type, coordinates: made } : made;
    }
    case "LineString": {
      const made = vertices(coordinates, "coordinates", 2);
      return Array.isArray(made) ? { type, coordinates: made } : made;
    }
    case "Polygon": {
      const made = rings(coordinates, "coordinates");
      return Array.isArray(made) ? { type, coordinates: made } : made;
    }
    case "MultiPolygon": {
      const made = each(coordinates, "coordinates", rings);
      return Array.isArray(made) ? { type, coordinates: made } : made;
    }
    default:
      return wrong(
        `the geometry's type is ${show(type)}; expected Point, LineString, Polygon or MultiPolygon`,
      );
  }
};

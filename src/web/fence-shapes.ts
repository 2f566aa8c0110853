import type { Feature, FeatureCollection, LineString, MultiPolygon, Point, Polygon, Position } from "geojson";
import { destination, type LngLat, unwrapLon } from "#geo";
import type { FenceFeature } from "#wire";

/** Corners of a drawn circle. */
const corners = 72;

/** The fences as shapes that MapLibre can fill and stroke; a corridor is a line whose width is in `metersWide`. */
export function fenceShapes(fences: Iterable<FenceFeature>): FeatureCollection {
  const features: Feature[] = [];
  for (const fence of fences) {
    const properties = { id: fence.id, name: fenceName(fence) };
    const geometry = drawn(fence);
    const wide = fence.geometry.type === "LineString" ? corridorPixels(fence) : {};
    features.push({ type: "Feature", properties: { ...properties, ...wide }, geometry });
    // One name a fence, however many parts or tiles its shape has.
    features.push({
      type: "Feature",
      properties: { ...properties, label: labelZoom(fence) },
      geometry: labelPoint(geometry),
    });
  }
  return { type: "FeatureCollection", features };
}

/** What to call a fence: its name, or its id while it has none. */
export function fenceName({ id, properties: { name } }: FenceFeature): string {
  return typeof name === "string" && name !== "" ? name : id;
}

/** Can its shape be changed by hand? Not one of several parts or with holes. */
export function isDrawable({ geometry }: FenceFeature): boolean {
  return geometry.type === "Polygon" ? geometry.coordinates.length === 1 : geometry.type !== "MultiPolygon";
}

/** The radius of a circle or corridor in metres; 0 for areas. */
export function radiusOf(fence: FenceFeature): number {
  const { radius } = fence.properties;
  return typeof radius === "number" ? radius : 0;
}

/** A circle on the ellipsoid as a ring of corners, longitudes running on past ±180°. */
export function circleRing(centre: LngLat, radius: number): [number, number][] {
  const ring: [number, number][] = [];
  for (let corner = 0; corner <= corners; corner++) {
    const [lon, lat] = destination(centre[0], centre[1], (corner * 360) / corners, radius);
    ring.push([unwrapLon(centre[0], lon), lat]);
  }
  return ring;
}

/** west, south, east, north of a fence with its radius; longitudes may pass 180. */
export function fenceBounds(fence: FenceFeature): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (position: readonly number[]): void => {
    const [lon = 0, lat = 0] = position;
    bounds[0] = Math.min(bounds[0], lon);
    bounds[1] = Math.min(bounds[1], lat);
    bounds[2] = Math.max(bounds[2], lon);
    bounds[3] = Math.max(bounds[3], lat);
  };
  const geometry = drawn(fence);
  if (geometry.type === "Polygon") for (const ring of geometry.coordinates) ring.forEach(take);
  else if (geometry.type === "MultiPolygon")
    for (const polygon of geometry.coordinates) polygon.flat().forEach(take);
  else if (geometry.type === "LineString") geometry.coordinates.forEach(take);
  return bounds;
}

function drawn(fence: FenceFeature): Polygon | MultiPolygon | LineString {
  const { geometry } = fence;
  if (geometry.type !== "Point") return geometry;
  return { type: "Polygon", coordinates: [circleRing(centreOf(geometry), radiusOf(fence))] };
}

/** The zoom from which a fence is wide enough for its name: 40 pixels. */
function labelZoom(fence: FenceFeature): number {
  const [west, south, east, north] = fenceBounds(fence);
  const widest = Math.max(east - west, north - south, 1e-6);
  return Math.log2((40 * 360) / (512 * widest));
}

/** The middle of the largest part, or of the line. */
function labelPoint(geometry: Polygon | MultiPolygon | LineString): Point {
  if (geometry.type === "LineString") {
    return {
      type: "Point",
      coordinates: geometry.coordinates[Math.floor(geometry.coordinates.length / 2)] ?? [0, 0],
    };
  }
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  let [widest, coordinates]: [number, Position] = [-1, [0, 0]];
  for (const [ring = []] of parts) {
    const lons = ring.map(([lon = 0]) => lon);
    const lats = ring.map(([, lat = 0]) => lat);
    const [west, east, south, north] = [
      Math.min(...lons),
      Math.max(...lons),
      Math.min(...lats),
      Math.max(...lats),
    ];
    const size = (east - west) * (north - south);
    if (size > widest) [widest, coordinates] = [size, [(west + east) / 2, (south + north) / 2]];
  }
  return { type: "Point", coordinates };
}

function centreOf({ coordinates }: Point): LngLat {
  return [coordinates[0] ?? 0, coordinates[1] ?? 0];
}

/** Width of the corridor in pixels at zoom 0 (tiles of 512); MapLibre doubles it with each zoom. */
function corridorPixels(fence: FenceFeature): { readonly wide: number } {
  const { coordinates } = fence.geometry as LineString;
  const lat = coordinates.reduce((sum, [, y = 0]) => sum + y, 0) / coordinates.length;
  const metersPerPixel = (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / 512;
  return { wide: (2 * radiusOf(fence)) / metersPerPixel };
}

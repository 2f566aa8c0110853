import { type BBox, type Degrees, distance, pointInBBox, pointInRing } from "#geo";
import type { Fence } from "#wire";

/** Is a place in it? Boundary counts as inside. */
export type Holds = (lon: Degrees, lat: Degrees) => boolean;

type Rings = readonly (readonly (readonly number[])[])[];

const holdsPolygon = ([outer = [], ...holes]: Rings, lon: Degrees, lat: Degrees): boolean =>
  pointInRing(lon, lat, outer) !== "outside" &&
  holes.every((hole) => pointInRing(lon, lat, hole) !== "inside");

const polygons =
  (all: readonly Rings[]): Holds =>
  (lon, lat) =>
    // A fence may be drawn in longitudes past 180.
    all.some((rings) => [lon, lon + 360, lon - 360].some((turn) => holdsPolygon(rings, turn, lat)));

/** Can a fence of this shape be shared as an area? Corridors cannot. */
export const isArea = ({ geometry }: Pick<Fence, "geometry">): boolean => geometry.type !== "LineString";

/** What a box, or a fence, holds; a corridor, or a fence that is not there any more, holds nothing. */
export const areaOf = (area: BBox | Pick<Fence, "geometry" | "radius"> | undefined): Holds => {
  if (area === undefined) return () => false;
  if (!("geometry" in area)) return (lon, lat) => pointInBBox(lon, lat, area);
  const { geometry, radius = 0 } = area;
  switch (geometry.type) {
    case "Point": {
      const [atLon = NaN, atLat = NaN] = geometry.coordinates;
      return (lon, lat) => distance(lon, lat, atLon, atLat) <= radius;
    }
    case "Polygon":
      return polygons([geometry.coordinates]);
    case "MultiPolygon":
      return polygons(geometry.coordinates);
    case "LineString":
      return () => false;
    default:
      return geometry satisfies never;
  }
};

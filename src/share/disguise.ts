import { bboxOf, destination, distance, type LngLat, type Meters, normalizeLon } from "#geo";
import type { Fence, FenceGeometry } from "#wire";
import type { Disc } from "./disc.ts";
import type { Draw } from "./draw.ts";

/** The smallest home zone, and how far at most what is hidden lies beside it; then how much wider than its corners it is taken. */
const [SMALLEST, FARTHEST]: readonly [Meters, Meters] = [100, 1_000];
const BULGE = 1.01;

type Place = LngLat | readonly number[];

const placesOf = (geometry: FenceGeometry): readonly (readonly Place[])[] => {
  switch (geometry.type) {
    case "Point":
      return [[geometry.coordinates]];
    case "LineString":
      return [geometry.coordinates];
    case "Polygon":
      return geometry.coordinates;
    case "MultiPolygon":
      return geometry.coordinates.flat();
    default:
      return geometry satisfies never;
  }
};

/** Edges are straight in longitude and latitude, so the middle of a long one may be farther out than its ends. */
function* alongEdges(line: readonly Place[]): Generator<LngLat, void> {
  for (const [index, [lon = NaN, lat = NaN]] of line.entries()) {
    yield [lon, lat];
    const [toLon, toLat] = line[index + 1] ?? [];
    if (toLon === undefined || toLat === undefined) continue;
    const steps = Math.min(32, Math.ceil(Math.max(Math.abs(toLon - lon), Math.abs(toLat - lat)) * 4));
    for (let step = 1; step < steps; step++) {
      yield [lon + ((toLon - lon) * step) / steps, lat + ((toLat - lat) * step) / steps];
    }
  }
}

/** A circle around the whole of a fence. */
export const discAround = ({ geometry, radius = 0 }: Pick<Fence, "geometry" | "radius">): Disc => {
  const places = placesOf(geometry).flatMap((line) => Array.from(alongEdges(line)));
  const [west, south, east, north] = bboxOf(places) ?? [0, 0, 0, 0];
  const [lon, lat] = [(west + east) / 2, (south + north) / 2];
  const reach = Math.max(0, ...places.map(([x, y]) => distance(lon, lat, x, y)));
  return { lon: normalizeLon(lon), lat, radius: (reach + radius) * BULGE };
};

/**
 * What is hidden for a home zone: a circle that holds the fence, but whose middle lies somewhere beside the middle of the
 * fence, as far at most as the fence is wide (within 100 to 1,000 m), and which is wider by at least as much. Where
 * tracks end tells that circle, and no more. It stays the same while the fence does not grow or shrink by half, so that
 * it is not given away by comparing.
 *
 * ```
 *      what is hidden   ___
 *                     /     \
 *                    |    +  |   + its middle
 *                    | (o)   |   o the middle of the fence
 *                     \ ___ /
 * ```
 */
export const disguise = (fence: Pick<Fence, "id" | "geometry" | "radius">, draw: Draw): Disc => {
  const { lon, lat, radius } = discAround(fence);
  const size = Math.max(0, Math.ceil(2 * Math.log2(radius / SMALLEST)));
  const wide = Math.max(radius, SMALLEST * 2 ** (size / 2));
  const most = Math.min(wide, FARTHEST);
  const [turn = 0, out = 0, more = 0] = draw(`home ${fence.id} ${size}`);
  const [atLon, atLat] = destination(lon, lat, turn * 360, most * Math.sqrt(out));
  return { lon: atLon, lat: atLat, radius: wide + most * (1 + more / 2) };
};

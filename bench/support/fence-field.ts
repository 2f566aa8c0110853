import type { Fence, FenceGeometry } from "#wire";
import { type Random, seededRandom } from "./random.ts";

/** Kilometres that a degree of latitude has here, nearly. */
const degree = 111_000;

/** The fixed workload: mixed fences over a square in which every place lies in two of them on average. */
export interface FenceField {
  readonly fences: readonly Fence[];
  readonly west: number;
  readonly south: number;
  /** Sides in degrees. */
  readonly width: number;
  readonly height: number;
}

const middleLat = 46;
const lonScale = Math.cos((middleLat * Math.PI) / 180);

/** Shape of a fence before it is placed, around 0,0, in metres. */
interface Blank {
  readonly area: number;
  at(lon: number, lat: number): { readonly geometry: FenceGeometry; readonly radius?: number };
}

/** `count` fences, seven of ten polygons (one of five with a hole), two circles, one corridor. */
export function fenceField(count: number, seed: number): FenceField {
  const r = seededRandom(seed);
  const blanks = Array.from({ length: count }, () => blank(r));
  // A little less ground than half of their area: some reach over its border or lie over themselves.
  const area = (blanks.reduce((sum, b) => sum + b.area, 0) / 2) * 0.947;
  const height = Math.sqrt(area) / degree;
  const width = height / lonScale;
  const [west, south] = [10 - width / 2, middleLat - height / 2];
  const fences = blanks.map((b, i): Fence => {
    const { geometry, radius } = b.at(west + r() * width, south + r() * height);
    const known = {
      id: `fence-${i}`,
      workspace: "main",
      version: 1,
      name: "",
      geometry,
      createdAt: 0,
      updatedAt: 0,
    };
    return radius === undefined ? known : Object.assign(known, { radius });
  });
  return { fences, west, south, width, height };
}

function blank(r: Random): Blank {
  const kind = r();
  // Sizes spread over a factor of 30, small ones more often, as in a customer's list of depots, yards and districts.
  const size = 400 * 30 ** (r() ** 1.5);
  if (kind < 0.7) return polygon(r, size);
  if (kind < 0.9) {
    return {
      area: Math.PI * size * size,
      at: (lon, lat) => ({ geometry: { type: "Point", coordinates: [lon, lat] }, radius: size }),
    };
  }
  return corridor(r, size);
}

/** Vertices 8 to 2,000, two thirds of the polygons under 30: a power law. */
function polygon(r: Random, size: number): Blank {
  const n = Math.round(8 * (1 - r() * (1 - (8 / 2000) ** 0.9)) ** (-1 / 0.9));
  const phase = r() * 7;
  const radii = Array.from(
    { length: n },
    (_, i) =>
      size * (0.8 + 0.2 * Math.sin((i / n) * 6 * Math.PI + phase) + 0.1 * (r() - 0.5) * Math.min(1, 30 / n)),
  );
  const hole = r() < 0.2;
  const ring = (lon: number, lat: number, factor: number): number[][] => {
    const points = radii.map((radius, i) => {
      const a = (2 * Math.PI * i) / n;
      return [
        lon + (Math.cos(a) * radius * factor) / degree / lonScale,
        lat + (Math.sin(a) * radius * factor) / degree,
      ];
    });
    return [...points, points[0]!];
  };
  const full = radii.reduce((sum, radius) => sum + radius * radius, 0) * (Math.PI / n);
  return {
    area: hole ? full * (1 - 0.16) : full,
    at: (lon, lat) => ({
      geometry: {
        type: "Polygon",
        coordinates: hole ? [ring(lon, lat, 1), ring(lon, lat, 0.4)] : [ring(lon, lat, 1)],
      },
    }),
  };
}

/** A road of a few bends, 50 to 300 m to either side. */
function corridor(r: Random, size: number): Blank {
  const radius = 50 + 250 * r();
  const bends = 2 + Math.floor(r() * 8);
  const steps: [number, number][] = [];
  let course = r() * 7;
  for (let i = 0; i < bends; i++) {
    course += r() - 0.5;
    steps.push([Math.cos(course) * size * 0.5, Math.sin(course) * size * 0.5]);
  }
  return {
    area: bends * size * 0.5 * 2 * radius + Math.PI * radius * radius,
    at(lon, lat) {
      const coordinates = [[lon, lat]];
      for (const [x, y] of steps)
        coordinates.push([
          coordinates.at(-1)![0]! + x / degree / lonScale,
          coordinates.at(-1)![1]! + y / degree,
        ]);
      return { geometry: { type: "LineString", coordinates }, radius };
    },
  };
}

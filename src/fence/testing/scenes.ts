import type { Fence, FenceGeometry, FenceSettings } from "#wire";
import type { OracleFix } from "./oracle.ts";
import type { Random } from "./random.ts";

/** A patch of the globe in which fences and tracks are made up. */
export interface Scene {
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  /** Half width in degrees. */
  readonly size: number;
  /** Snap everything to so many steps a size, so that points fall exactly on vertices and edges. */
  readonly lattice?: number;
}

export const scenes: readonly Scene[] = [
  { name: "a city", lon: -122.4, lat: 37.7, size: 0.05 },
  { name: "the antimeridian", lon: 180, lat: -17, size: 0.5 },
  { name: "a lattice", lon: 5, lat: 45, size: 0.008, lattice: 8 },
  { name: "a lattice on the antimeridian", lon: 180, lat: 0, size: 8, lattice: 8 },
  { name: "half the world", lon: 0, lat: 0, size: 80 },
  { name: "near a pole", lon: 10, lat: 89.2, size: 0.7 },
  { name: "a yard", lon: 13.4, lat: 52.5, size: 0.0005 },
];

type Position = [number, number];

/** Settings of a fence that every single fix decides. */
export const strict: Required<Omit<FenceSettings, "dwellSeconds">> = {
  exitMargin: 0,
  useAccuracy: false,
  confirmFixes: 0,
  confirmSeconds: 0,
};

function snap(scene: Scene, at: Position): Position {
  if (scene.lattice === undefined) return at;
  const step = scene.size / scene.lattice;
  return [
    scene.lon + Math.round((at[0] - scene.lon) / step) * step,
    scene.lat + Math.round((at[1] - scene.lat) / step) * step,
  ];
}

/** A star-shaped ring, closed, sometimes with repeated vertices; `factor` shrinks it to a hole of itself. */
function star(
  r: Random,
  scene: Scene,
  center: Position,
  radii: readonly number[],
  factor: number,
): Position[] {
  const ring: Position[] = [];
  for (const [i, radius] of radii.entries()) {
    const angle = (2 * Math.PI * i) / radii.length;
    const at: Position = [
      center[0] + Math.cos(angle) * radius * factor,
      Math.max(-90, Math.min(90, center[1] + Math.sin(angle) * radius * factor)),
    ];
    ring.push(snap(scene, at));
    if (r.chance(0.03)) ring.push(snap(scene, at));
  }
  ring.push(ring[0]!);
  return r.chance(0.5) ? ring.reverse() : ring;
}

function part(r: Random, scene: Scene, center: Position): Position[][] {
  const n = r.chance(0.1) ? r.integer(200, 900) : r.integer(3, 24);
  const reach = scene.size * r.between(0.02, 0.6) ** 1.5;
  const radii = Array.from({ length: n }, () => reach * r.between(0.5, 1));
  const rings = [star(r, scene, center, radii, 1)];
  if (r.chance(0.4)) rings.push(star(r, scene, center, radii, 0.5));
  return rings;
}

const place = (r: Random, scene: Scene): Position =>
  snap(scene, [
    scene.lon + scene.size * r.between(-1, 1),
    Math.min(90, scene.lat + scene.size * r.between(-1, 1)),
  ]);

/** Rectangles that share edges and corners with each other. */
function box(r: Random, scene: Scene): Position[][] {
  const step = scene.size / (scene.lattice ?? 5);
  const west = scene.lon + r.integer(-5, 4) * step;
  const south = scene.lat + r.integer(-5, 4) * step;
  const east = west + r.integer(1, 3) * step;
  const north = Math.min(90, south + r.integer(1, 3) * step);
  return [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ];
}

/** Cuts a box that reaches past 180 into the two parts of RFC 7946. */
function split(rings: Position[][]): FenceGeometry {
  const lons = rings[0]!.map(([lon]) => lon);
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const lats = rings[0]!.map(([, lat]) => lat);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  if (east <= 180 || west >= 180) return { type: "Polygon", coordinates: rings };
  const cut = (w: number, e: number): Position[][] => [
    [
      [w, south],
      [e, south],
      [e, north],
      [w, north],
      [w, south],
    ],
  ];
  return { type: "MultiPolygon", coordinates: [cut(west, 180), cut(-180, east - 360)] };
}

/** A random strict fence of any kind in the scene; not all of them are valid. */
export function randomFence(r: Random, scene: Scene, id: string, version: number): Fence {
  const kind = r.next();
  const scale = scene.size * 111_000;
  let geometry: FenceGeometry;
  let radius: number | undefined;
  if (kind < 0.25) geometry = { type: "Polygon", coordinates: part(r, scene, place(r, scene)) };
  else if (kind < 0.4) {
    const count = r.integer(1, 3);
    geometry = {
      type: "MultiPolygon",
      coordinates: Array.from({ length: count }, () => part(r, scene, place(r, scene))),
    };
  } else if (kind < 0.6)
    geometry = r.chance(0.5) ? split(box(r, scene)) : { type: "Polygon", coordinates: box(r, scene) };
  else if (kind < 0.85) {
    geometry = { type: "Point", coordinates: place(r, scene) };
    radius = Math.min(4_900_000, scale * r.between(0.02, 0.7) ** 2 + 1);
  } else {
    const coordinates = Array.from({ length: r.integer(2, 4) }, () => place(r, scene));
    geometry = { type: "LineString", coordinates };
    radius = Math.min(300_000, scale * r.between(0.05, 0.3) ** 2 + 1);
  }
  const settings = radius === undefined ? strict : { ...strict, radius };
  return { id, workspace: "main", version, name: id, geometry, ...settings, createdAt: 0, updatedAt: 0 };
}

/** A track through the scene: slow and fast stretches, rests, gaps longer than five minutes, jumps. */
export function randomTrack(r: Random, scene: Scene, length: number): OracleFix[] {
  const fixes: OracleFix[] = [];
  let [lon, lat] = place(r, scene);
  let time = 1_700_000_000_000;
  for (let i = 0; i < length; i++) {
    const step = scene.size * r.pick([0, 0.01, 0.1, 0.4]);
    [lon, lat] = r.chance(0.05)
      ? place(r, scene)
      : snap(scene, [lon + step * r.between(-1, 1), lat + step * r.between(-1, 1)]);
    lon = Math.max(scene.lon - scene.size, Math.min(scene.lon + scene.size, lon));
    lat = Math.max(scene.lat - scene.size, Math.min(90, scene.lat + scene.size, lat));
    time += r.chance(0.1) ? r.integer(300_000, 300_001) : r.integer(1, 60_000);
    const shown = lon > 180 ? lon - 360 : lon;
    fixes.push({ time, lon: shown, lat });
  }
  return fixes;
}

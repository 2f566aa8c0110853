import Flatbush from "flatbush";
import type { Fence } from "#wire";

/**
 * What one writes without an engine: an R-tree of boxes, then ray casting over all edges of each candidate,
 * haversine for circles, flat distance for corridors, and a comparison with the fences the device was in. It
 * knows no `cross` and interpolates nothing.
 */
export class FlatbushFences {
  readonly #fences: readonly Fence[];
  readonly #index: Flatbush;
  readonly #inside: (readonly number[] | undefined)[] = [];

  constructor(fences: readonly Fence[]) {
    this.#fences = fences;
    this.#index = new Flatbush(fences.length);
    for (const fence of fences) this.#index.add(...boxOf(fence));
    this.#index.finish();
  }

  /** Answers how many fences were entered or left. */
  update(device: number, lon: number, lat: number): number {
    const now = this.#index
      .search(lon, lat, lon, lat, (i) => contains(this.#fences[i]!, lon, lat))
      .sort((a, b) => a - b);
    const was = this.#inside[device];
    this.#inside[device] = now;
    if (was === undefined) return now.length;
    let changes = 0;
    for (const i of now) if (!was.includes(i)) changes++;
    for (const i of was) if (!now.includes(i)) changes++;
    return changes;
  }
}

function boxOf({ geometry, radius = 0 }: Fence): [number, number, number, number] {
  const flat =
    geometry.type === "Point"
      ? [geometry.coordinates]
      : ((geometry.coordinates as number[][] | number[][][]).flat(
          geometry.type === "LineString" ? 0 : 1,
        ) as number[][]);
  const [padLat, padLon] = [radius / 110_000, radius / 70_000];
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon, lat] of flat) {
    box[0] = Math.min(box[0], lon! - padLon);
    box[1] = Math.min(box[1], lat! - padLat);
    box[2] = Math.max(box[2], lon! + padLon);
    box[3] = Math.max(box[3], lat! + padLat);
  }
  return box;
}

function contains({ geometry, radius = 0 }: Fence, lon: number, lat: number): boolean {
  if (geometry.type === "Point") return haversine(lon, lat, geometry.coordinates) <= radius;
  if (geometry.type === "LineString") return lineDistance(lon, lat, geometry.coordinates) <= radius;
  let inside = false;
  for (const rings of geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates)
    for (const ring of rings)
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [xi = 0, yi = 0] = ring[i]!;
        const [xj = 0, yj = 0] = ring[j]!;
        if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
      }
  return inside;
}

const rad = Math.PI / 180;

function haversine(lon: number, lat: number, [x = 0, y = 0]: readonly number[]): number {
  const a =
    Math.sin(((y - lat) * rad) / 2) ** 2 +
    Math.cos(lat * rad) * Math.cos(y * rad) * Math.sin(((x - lon) * rad) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(a));
}

function lineDistance(lon: number, lat: number, line: readonly (readonly number[])[]): number {
  const kx = 111_320 * Math.cos(lat * rad);
  const ky = 111_130;
  let best = Infinity;
  for (let i = 1; i < line.length; i++) {
    const [ax, ay] = [(line[i - 1]![0]! - lon) * kx, (line[i - 1]![1]! - lat) * ky];
    const [dx, dy] = [(line[i]![0]! - lon) * kx - ax, (line[i]![1]! - lat) * ky - ay];
    const t = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
    best = Math.min(best, Math.hypot(ax + t * dx, ay + t * dy));
  }
  return best;
}

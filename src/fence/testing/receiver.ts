import type { Fence, FenceGeometry } from "#wire";
import { judgeOf } from "./oracle.ts";
import type { Random } from "./random.ts";

/** A plane of metres that touches the globe at a place. */
export interface Plane {
  at(east: number, north: number): [lon: number, lat: number];
}

/** A plane anywhere but near a pole. */
export function planeAt(lon: number, lat: number): Plane {
  const kx = 111_320 * Math.cos((lat * Math.PI) / 180);
  return { at: (east, north) => [lon + east / kx, lat + north / 110_950] };
}

/** A fence, a place on its edge, and the way out from there as a unit vector; metres on a plane. */
export interface EdgePlace {
  readonly fence: Fence;
  readonly plane: Plane;
  readonly edge: readonly [east: number, north: number];
  readonly out: readonly [east: number, north: number];
}

type Vector = readonly [east: number, north: number];

/** A polygon, circle or corridor of some hundred metres with the default layers, and a random place on its edge. */
export function edgePlace(r: Random, least = 60): EdgePlace {
  const plane = planeAt(r.between(-170, 170), r.between(-65, 65));
  const kind = r.pick(["polygon", "circle", "corridor"]);
  const size = r.between(least, 6 * least);
  if (kind === "polygon") return polygonPlace(r, plane, size);
  const angle = r.between(0, 2 * Math.PI);
  const out: Vector = [Math.cos(angle), Math.sin(angle)];
  if (kind === "circle") {
    const geometry: FenceGeometry = { type: "Point", coordinates: plane.at(0, 0) };
    return { fence: fenceOf(geometry, size), plane, edge: [out[0] * size, out[1] * size], out };
  }
  // A straight road, seen from a place beside its middle.
  const half = r.between(1, 5) * size;
  const coordinates = [plane.at(out[1] * half, -out[0] * half), plane.at(-out[1] * half, out[0] * half)];
  const along = r.between(-0.8, 0.8) * half;
  const edge: Vector = [out[0] * size - out[1] * along, out[1] * size + out[0] * along];
  return { fence: fenceOf({ type: "LineString", coordinates }, size), plane, edge, out };
}

function polygonPlace(r: Random, plane: Plane, size: number): EdgePlace {
  const count = r.integer(3, 14);
  const phase = r.between(0, 7);
  const corners = Array.from({ length: count }, (_, i): Vector => {
    const angle = phase + (2 * Math.PI * (i + r.between(-0.2, 0.2))) / count;
    const radius = size * r.between(0.8, 1.2);
    return [Math.cos(angle) * radius, Math.sin(angle) * radius];
  });
  const i = r.integer(0, count - 1);
  const [a, b] = [corners[i]!, corners[(i + 1) % count]!];
  const t = r.between(0.15, 0.85);
  const edge: Vector = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const ring = [...corners, corners[0]!].map(([east, north]) => plane.at(east, north));
  const fence = fenceOf({ type: "Polygon", coordinates: [ring] });
  // Corners go round to the left, so the right of an edge is outside.
  return { fence, plane, edge, out: [(b[1] - a[1]) / length, (a[0] - b[0]) / length] };
}

function fenceOf(geometry: FenceGeometry, radius?: number): Fence {
  const base = { id: "f", workspace: "main", version: 1, name: "f", geometry, createdAt: 0, updatedAt: 0 };
  return radius === undefined ? base : { ...base, radius };
}

/** Places `metres` outside (negative: inside) of the edge, `aside` along it. */
export function besideEdge({ edge, out }: EdgePlace, metres: number, aside = 0): Vector {
  return [edge[0] + out[0] * metres - out[1] * aside, edge[1] + out[1] * metres + out[0] * aside];
}

/** A normally distributed number (Box and Muller). */
export function gaussian(r: Random): number {
  return Math.sqrt(-2 * Math.log(1 - r.next())) * Math.cos(2 * Math.PI * r.next());
}

/** What a receiver at rest or on its way reports: the truth plus noise of `sigma` metres in each direction. */
export class Noise {
  readonly #r: Random;
  readonly #sigma: number;
  /** How much of the last error stays, 0…1. */
  readonly #memory: number;
  #east: number;
  #north: number;

  constructor(r: Random, sigma: number, memory: number) {
    this.#r = r;
    this.#sigma = sigma;
    this.#memory = memory;
    this.#east = sigma * gaussian(r);
    this.#north = sigma * gaussian(r);
  }

  next(): Vector {
    const fresh = this.#sigma * Math.sqrt(1 - this.#memory ** 2);
    this.#east = this.#memory * this.#east + fresh * gaussian(this.#r);
    this.#north = this.#memory * this.#north + fresh * gaussian(this.#r);
    return [this.#east, this.#north];
  }
}

/** Tells whether a place on the plane lies in the fence. */
export function fenceTest({ fence, plane }: EdgePlace): (at: Vector) => boolean {
  const judge = judgeOf(fence);
  return ([east, north]) => judge.inside(plane.at(east, north));
}

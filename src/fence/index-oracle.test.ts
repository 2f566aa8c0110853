import { orient2d } from "robust-predicates";
import { describe, expect, it } from "vitest";
import type { Fence } from "#wire";
import { anchorLat, anchorLon } from "./anchor.ts";
import { bits, column, latOf, lonOf, row, sideOf } from "./cells.ts";
import { checkGeometry } from "./check-geometry.ts";
import { FenceSlots } from "./fences.ts";
import { loadFence, unloadFence, type Ground } from "./load.ts";
import { Path } from "./path.ts";
import { safeReach } from "./safe-reach.ts";
import { Shapes } from "./shapes.ts";
import { Random } from "./testing/random.ts";
import { CellTree } from "./tree.ts";
import { Vertices } from "./vertices.ts";

/** `FENCE_FUZZ=20 npx vitest run --project thorough src/fence/index-oracle` looks longer; `FENCE_SEED` moves the start. */
const rounds = Number(process.env["FENCE_FUZZ"] ?? 1);
const firstSeed = Number(process.env["FENCE_SEED"] ?? 1);

type Place = readonly [lon: number, lat: number];

/** Rings of any kind, crossing themselves too: even-odd has an answer for all of them. */
interface Patch {
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  readonly size: number;
  /** Everything on so many steps a size; 0 for nowhere. */
  readonly lattice: number;
}

const patches: readonly Patch[] = [
  { name: "free", lon: 8, lat: 47, size: 0.2, lattice: 0 },
  { name: "on a lattice", lon: 5, lat: 45, size: 0.01, lattice: 6 },
  { name: "on the walls of cells", lon: lonOf(1 << 28), lat: latOf(1 << 28), size: sideOf(12), lattice: 8 },
  { name: "in centimetres", lon: 13.4, lat: 52.5, size: 0.000_02, lattice: 0 },
  { name: "nearly collinear", lon: -70, lat: -33, size: 1, lattice: 3 },
  { name: "all over the globe", lon: 0, lat: 0, size: 85, lattice: 0 },
];

/** The next double. */
function nudged(value: number, r: Random): number {
  const step = Math.abs(value) * 2.220_446e-16 * r.integer(0, 2);
  return value + (r.chance(0.5) ? step : -step);
}

class World {
  readonly r: Random;
  readonly patch: Patch;
  readonly ground: Ground;
  readonly slots: FenceSlots = new FenceSlots();
  readonly path: Path;
  /** Polygons of each fence by slot, undefined for one that was taken out, and the box around them. */
  readonly parts: (Place[][][] | undefined)[] = [];
  readonly boxes: number[][] = [];

  constructor(seed: number, patch: Patch) {
    this.r = new Random(seed);
    this.patch = patch;
    const [shapes, vertices] = [new Shapes(), new Vertices()];
    this.ground = { tree: new CellTree(shapes, vertices), shapes, vertices };
    this.path = new Path(this.ground.tree, shapes, vertices, this.slots);
  }

  place(): Place {
    const { r, patch } = this;
    const at = (middle: number): number => {
      const offset = r.between(-1, 1);
      if (patch.lattice === 0) return middle + patch.size * offset;
      const snapped = middle + (patch.size / patch.lattice) * Math.round(offset * patch.lattice);
      return patch.name === "nearly collinear" ? nudged(snapped, r) : snapped;
    };
    return [at(patch.lon), at(patch.lat)];
  }

  put(): void {
    const { r } = this;
    const center = this.place();
    const wide = r.between(0.02, 0.9) ** 2;
    const ring = (): Place[] => {
      const count = r.chance(0.1) ? r.integer(40, 300) : r.integer(3, 14);
      const places = Array.from({ length: count }, (): Place => {
        if (this.patch.lattice > 0) return this.place();
        const [x, y] = this.place();
        return [center[0] + (x - this.patch.lon) * wide, center[1] * (1 - wide) + y * wide];
      });
      return [...places, places[0]!];
    };
    const polygon = (): Place[][] => {
      const shell = ring();
      if (r.chance(0.7)) return [shell];
      // A hole has only to lie in the box of its shell.
      const hole = Array.from({ length: r.integer(3, 8) }, (): Place => [r.pick(shell)[0], r.pick(shell)[1]]);
      return [shell, [...hole, hole[0]!]];
    };
    const parts = r.chance(0.2) ? [polygon(), polygon()] : [polygon()];
    const slot = this.slots.add(`f${this.parts.length}`);
    const base = { id: `f${slot}`, workspace: "", version: 1, name: "", createdAt: 0, updatedAt: 0 };
    const geometry = { type: "MultiPolygon" as const, coordinates: parts };
    this.slots.shapes[slot] = loadFence(this.ground, slot, { ...base, geometry } as unknown as Fence);
    this.parts[slot] = parts;
    const all = parts.flat(2);
    const [lons, lats] = [all.map(([lon]) => lon), all.map(([, lat]) => lat)];
    this.boxes[slot] = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  }

  takeOut(slot: number): void {
    if (this.parts[slot] === undefined) return;
    unloadFence(this.ground, this.slots.shapes[slot]!);
    this.parts[slot] = undefined;
  }

  /** A place that is odd in some way. */
  oddPlace(): Place {
    const { r } = this;
    const ring = r.pick(r.pick(r.pick(this.parts.filter((parts) => parts !== undefined))));
    const k = r.integer(0, ring.length - 2);
    const [a, b] = [ring[k]!, ring[k + 1]!];
    const s = r.next();
    const [lon, lat] = r.pick<Place>([
      a,
      [nudged(a[0], r), nudged(a[1], r)],
      [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
      [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])],
      [a[0], b[1]],
      [a[0] + this.patch.size * r.between(-0.1, 0.1), a[1]],
      this.place(),
      this.place(),
    ]);
    if (!r.chance(0.2)) return [lon, lat];
    const level = r.integer(6, 20);
    const mask = -1 << (bits - level);
    const [x, y] = [column(lon) & mask, row(lat) & mask];
    return r.chance(0.5) ? [lonOf(x), latOf(y)] : [anchorLon(x, level, 0), anchorLat(y, level, 0)];
  }
}

const onEdge = (p: Place, a: Place, b: Place): boolean =>
  p[0] >= Math.min(a[0], b[0]) &&
  p[0] <= Math.max(a[0], b[0]) &&
  p[1] >= Math.min(a[1], b[1]) &&
  p[1] <= Math.max(a[1], b[1]) &&
  orient2d(a[0], a[1], b[0], b[1], p[0], p[1]) === 0;

/** Even-odd over all edges, the edges themselves included. */
function contains(rings: readonly Place[][], p: Place): boolean {
  let inside = false;
  for (const ring of rings)
    for (let k = 0; k + 1 < ring.length; k++) {
      const [a, b] = [ring[k]!, ring[k + 1]!];
      if (onEdge(p, a, b)) return true;
      if (a[1] > p[1] === b[1] > p[1]) continue;
      const turn = orient2d(a[0], a[1], b[0], b[1], p[0], p[1]);
      if (turn < 0 === b[1] > a[1]) inside = !inside;
    }
  return inside;
}

/** Whether two closed segments share a place. */
function touch(p: Place, q: Place, a: Place, b: Place): boolean {
  if (onEdge(p, a, b) || onEdge(q, a, b) || onEdge(a, p, q) || onEdge(b, p, q)) return true;
  const turn = (u: Place, v: Place, w: Place): number =>
    Math.sign(orient2d(u[0], u[1], v[0], v[1], w[0], w[1]));
  return turn(a, b, p) * turn(a, b, q) < 0 && turn(p, q, a) * turn(p, q, b) < 0;
}

function compareSides(world: World): number {
  const p = world.oddPlace();
  const found = new Set<number>();
  world.ground.tree.shapesAt(p[0], p[1], (shape) => found.add(world.ground.shapes.fence[shape]!));
  let cases = 0;
  for (const [slot, parts] of world.parts.entries()) {
    if (parts === undefined) continue;
    cases++;
    const [west, south, east, north] = world.boxes[slot] as [number, number, number, number];
    const apart = p[0] < west || p[0] > east || p[1] < south || p[1] > north;
    const wanted = !apart && parts.some((rings) => contains(rings, p));
    if (wanted !== found.has(slot))
      throw new Error(`${p.join(" ")} in ${slot}: ${String(wanted)} ${JSON.stringify(parts)}`);
  }
  return cases;
}

function comparePath(world: World): number {
  const { r, path } = world;
  const p = world.oddPlace();
  const far = r.chance(0.3);
  const step = world.patch.size * 0.02;
  const q: Place = far ? world.oddPlace() : [p[0] + step * r.between(-1, 1), p[1] + step * r.between(-1, 1)];
  if ((p[0] === q[0] && p[1] === q[1]) || Math.abs(q[0] - p[0]) > 180 || Math.abs(q[1]) > 90) return 0;
  path.follow(p[0], p[1], q[0], q[1]);
  const found = new Set(path.candidates.slice(0, path.count).map((candidate) => candidate.fence));
  const [west, east] = [Math.min(p[0], q[0]), Math.max(p[0], q[0])];
  const [south, north] = [Math.min(p[1], q[1]), Math.max(p[1], q[1])];
  let cases = 0;
  for (const [slot, parts] of world.parts.entries()) {
    if (parts === undefined) continue;
    cases++;
    const box = world.boxes[slot] as [number, number, number, number];
    const apart = east < box[0] || west > box[2] || north < box[1] || south > box[3];
    const wanted =
      !apart && parts.flat().some((ring) => ring.some((a, k) => k > 0 && touch(p, q, ring[k - 1]!, a)));
    if (wanted !== found.has(slot))
      throw new Error(`${p.join(" ")} to ${q.join(" ")} and ${slot}: ${String(wanted)}`);
  }
  return cases;
}

/** No edge may come into the square that the reach promises. */
function compareReach(world: World): number {
  const [lon, lat] = world.oddPlace();
  const reach = safeReach(world.ground, { lon, lat });
  const half = reach * (1 - 1e-9) - 1e-13;
  let cases = 0;
  for (const [slot, parts] of world.parts.entries()) {
    if (parts === undefined) continue;
    cases++;
    const box = world.boxes[slot] as [number, number, number, number];
    if (half <= 0 || lon + half < box[0] || lon - half > box[2] || lat + half < box[1] || lat - half > box[3])
      continue;
    const corners: Place[] = [
      [lon - half, lat - half],
      [lon + half, lat - half],
      [lon + half, lat + half],
      [lon - half, lat + half],
    ];
    for (const ring of parts.flat())
      for (let k = 1; k < ring.length; k++) {
        const [a, b] = [ring[k - 1]!, ring[k]!];
        const within = Math.abs(a[0] - lon) < half && Math.abs(a[1] - lat) < half;
        if (within || corners.some((c, i) => touch(c, corners[(i + 1) % 4]!, a, b)))
          throw new Error(`${lon} ${lat} has a reach of ${reach}, but ${a.join(" ")} to ${b.join(" ")}`);
      }
  }
  return cases;
}

describe("index against brute force", () => {
  for (const patch of patches)
    it(`[FP1] finds exactly the polygons around places, on paths and within reaches: ${patch.name}`, () => {
      let cases = 0;
      for (let round = 0; round < 4 * rounds; round++) {
        const seed = firstSeed * 1_000 + round;
        const world = new World(seed, patch);
        for (let i = 0; i < 80; i++) world.put();
        try {
          for (let i = 0; i < 1_200; i++) {
            cases += compareSides(world) + comparePath(world) + compareReach(world);
            if (i % 10 === 0) {
              world.takeOut(world.r.integer(0, world.parts.length - 1));
              world.put();
            }
          }
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error });
        }
        for (const slot of world.parts.keys()) world.takeOut(slot);
        expect(world.ground.tree.nodes.link(0)).toBe(0);
        expect(world.ground.tree.nodes.covers[0]).toBe(0);
      }
      expect(cases).toBeGreaterThan(1_000_000 * rounds);
    });
});

describe("a ring of 500,000 positions", () => {
  /** Distance from the middle at a course; waves of 6 and 40 to the turn, and a fine saw. */
  const reach = (k: number, of: number): number => {
    const angle = (2 * Math.PI * k) / of;
    return 1 + 0.2 * Math.sin(6 * angle) + 0.05 * Math.sin(40 * angle) + (k % 2) * 1e-6;
  };
  const count = 499_999;
  const ring = Array.from({ length: count }, (_, k): number[] => {
    const angle = (2 * Math.PI * k) / count;
    return [20 + reach(k, count) * Math.cos(angle), 10 + reach(k, count) * Math.sin(angle)];
  });
  ring.push(ring[0]!);
  const geometry = { type: "Polygon" as const, coordinates: [ring] };
  const fence = { id: "f", workspace: "", version: 1, name: "", geometry, createdAt: 0, updatedAt: 0 };

  it("[FG8] is checked, loaded, answered for exactly, and taken out", () => {
    expect(checkGeometry(geometry, undefined)).toBeUndefined();
    const [shapes, vertices, slots] = [new Shapes(), new Vertices(), new FenceSlots()];
    const ground = { tree: new CellTree(shapes, vertices), shapes, vertices };
    const slot = slots.add("f");
    slots.shapes[slot] = loadFence(ground, slot, fence);
    expect(ground.tree.bytes + vertices.bytes).toBeLessThan(40_000_000);
    const path = new Path(ground.tree, shapes, vertices, slots);
    const r = new Random(31);
    const ofRing = (k: number): Place => ring[((k % count) + count) % count] as unknown as Place;
    let inside = 0;
    for (let i = 0; i < 20_000; i++) {
      const k = r.integer(0, count - 1);
      const [x, y] = ofRing(k);
      const out = r.pick([0, 1e-12, 3e-7, 1e-4, 0.1]) * r.pick([-1, 1]);
      const p: Place = [20 + (x - 20) * (1 + out), 10 + (y - 10) * (1 + out)];
      // The ring is seen from its middle once in every course, so the few edges in that course decide.
      const near = Array.from({ length: 9 }, (_, n) => ofRing(k - 4 + n));
      const isOn = near.some((a, n) => n > 0 && onEdge(p, near[n - 1]!, a));
      const crossed = near.filter((a, n) => n > 0 && touch([20, 10], p, near[n - 1]!, a)).length;
      let found = false;
      ground.tree.shapesAt(p[0], p[1], () => (found = true));
      if (found) inside++;
      if (found !== (isOn || crossed === 0)) throw new Error(`${p.join(" ")} by vertex ${k}, ${out}`);
      path.follow(20, 10, p[0], p[1]);
      if (path.count > 0 !== (isOn || crossed > 0)) throw new Error(`path to ${p.join(" ")}, ${out}`);
    }
    expect(inside).toBeGreaterThan(8_000);
    unloadFence(ground, slots.shapes[slot]!);
    expect(ground.tree.nodes.link(0)).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { destination } from "#geo";
import type { Fence, FenceGeometry } from "#wire";
import { byPlace } from "./by-place.ts";
import { checkGeometry } from "./check-geometry.ts";
import { loadFence, unloadFence, type Ground } from "./load.ts";
import { Shapes } from "./shapes.ts";
import { Random } from "./testing/random.ts";
import { randomFence, scenes } from "./testing/scenes.ts";
import { CellTree } from "./tree.ts";
import { Vertices } from "./vertices.ts";

function emptyGround(): Ground {
  const [shapes, vertices] = [new Shapes(), new Vertices()];
  return { tree: new CellTree(shapes, vertices), shapes, vertices };
}

const bytesOf = ({ tree, shapes, vertices }: Ground): number => tree.bytes + shapes.bytes + vertices.bytes;

/** Slots of the fences around a place, in order. */
function around({ tree, shapes }: Ground, lon: number, lat: number): number[] {
  const slots = new Set<number>();
  tree.shapesAt(lon, lat, (shape) => slots.add(shapes.fence[shape]!));
  return [...slots].toSorted((a, b) => a - b);
}

function isBare({ tree }: Ground): boolean {
  return tree.nodes.link(0) === 0 && tree.nodes.covers[0] === 0;
}

/** Fences of all kinds, all over a few places of the globe. */
function someFences(r: Random, count: number): Fence[] {
  const fences: Fence[] = [];
  while (fences.length < count) {
    const fence = randomFence(r, r.pick(scenes), `f${fences.length}`, 1);
    if (checkGeometry(fence.geometry, fence.radius) === undefined) fences.push(fence);
  }
  return fences;
}

const fenceOf = (geometry: FenceGeometry, radius?: number): Fence => {
  const base = { id: "", workspace: "", version: 1, name: "", geometry, createdAt: 0, updatedAt: 0 };
  return radius === undefined ? base : { ...base, radius };
};

describe("CellTree", () => {
  it("is bare when everything was taken out, and takes it in again without new room", () => {
    const r = new Random(11);
    const fences = someFences(r, 150);
    const ground = emptyGround();
    let room = 0;
    for (let turn = 0; turn < 2; turn++) {
      const first = fences.map((fence, slot) => loadFence(ground, slot, fence));
      if (turn === 0) room = bytesOf(ground);
      const order = [...first.keys()];
      while (order.length > 0) {
        const [slot] = order.splice(r.integer(0, order.length - 1), 1);
        unloadFence(ground, first[slot!]!);
      }
      expect(isBare(ground)).toBe(true);
    }
    expect(bytesOf(ground)).toBeLessThan(1.2 * room);
  });

  it("answers alike in whatever order fences came, also after half of them went", () => {
    const r = new Random(12);
    const fences = someFences(r, 150);
    const orders = [[...fences.keys()], [...byPlace(fences)], [...fences.keys()].reverse()];
    const grounds = orders.map((order) => {
      const ground = emptyGround();
      const first: number[] = [];
      for (const slot of order) first[slot] = loadFence(ground, slot, fences[slot]!);
      return { ground, first };
    });
    const compare = (): number => {
      let found = 0;
      for (let i = 0; i < 3_000; i++) {
        const scene = r.pick(scenes);
        const lon = scene.lon + scene.size * r.between(-1, 1);
        const lat = Math.min(90, scene.lat + scene.size * r.between(-1, 1));
        const [wanted, ...others] = grounds.map(({ ground }) =>
          around(ground, lon < 180 ? lon : lon - 360, lat),
        );
        for (const other of others) expect(other).toEqual(wanted);
        found += wanted!.length;
      }
      return found;
    };
    const before = compare();
    for (const slot of fences.keys())
      if (slot % 2 === 0) for (const { ground, first } of grounds) unloadFence(ground, first[slot]!);
    const after = compare();
    expect(after).toBeGreaterThan(1_000);
    expect(after).toBeLessThan(0.7 * before);
  });

  it("[FP2] holds many equal fences in bounded room, and takes them out one by one", () => {
    const ring = Array.from({ length: 60 }, (_, i) => {
      const angle = (2 * Math.PI * (i % 59)) / 59;
      return [10 + 0.01 * Math.cos(angle), 50 + 0.01 * Math.sin(angle)];
    });
    const polygon = fenceOf({ type: "Polygon", coordinates: [ring] });
    const circle = fenceOf({ type: "Point", coordinates: [10, 50] }, 900);
    const ground = emptyGround();
    const first: number[] = [];
    for (let slot = 0; slot < 1_000; slot++)
      first.push(loadFence(ground, slot, slot % 2 === 0 ? polygon : circle));
    expect(bytesOf(ground) / 1_000).toBeLessThan(60_000);
    const all = [...first.keys()];
    expect(around(ground, 10, 50)).toEqual(all);
    expect(around(ground, ring[7]![0]!, ring[7]![1]!)).toEqual(all.filter((slot) => slot % 2 === 0));
    expect(around(ground, 10.02, 50)).toEqual([]);
    for (const slot of all.slice(0, 990)) unloadFence(ground, first[slot]!);
    expect(around(ground, 10, 50)).toEqual(all.slice(990));
    for (const slot of all.slice(990)) unloadFence(ground, first[slot]!);
    expect(isBare(ground)).toBe(true);
  });

  it("[FP5] answers for a circle as large as a region alike in small cells and in large ones", () => {
    const r = new Random(13);
    const [lon, lat, radius] = [11, 60, 78_000];
    const ground = emptyGround();
    loadFence(ground, 0, fenceOf({ type: "Point", coordinates: [lon, lat] }, radius));
    const near = (meters: number): readonly number[] =>
      destination(lon, lat, r.between(40, 40.2), radius + r.between(-meters, meters));
    for (let slot = 1; slot < 3_000; slot++) {
      loadFence(ground, slot, fenceOf({ type: "Point", coordinates: [...near(20)] }, r.between(1, 30)));
    }
    const apart = emptyGround();
    loadFence(apart, 0, fenceOf({ type: "Point", coordinates: [lon, lat] }, radius));
    let inside = 0;
    for (let i = 0; i < 20_000; i++) {
      const [px = 0, py = 0] = near(3);
      const isIn = around(ground, px, py).includes(0);
      if (isIn) inside++;
      if (isIn !== around(apart, px, py).includes(0)) throw new Error(`${px} ${py} says ${isIn}`);
    }
    expect(inside).toBeGreaterThan(1_000);
  });
});

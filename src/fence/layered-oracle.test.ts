import { describe, expect, it } from "vitest";
import type { Fence, FenceSettings } from "#wire";
import { checkGeometry } from "./check-geometry.ts";
import { createFenceEngine } from "./engine.ts";
import { isStrict, layersOf } from "./layers.ts";
import { goodFix, LayeredOracle, type GoodFix, type LayeredFix } from "./testing/layered-oracle.ts";
import { OracleDevice, type OracleEvent } from "./testing/oracle.ts";
import { Random } from "./testing/random.ts";
import { randomFence, randomTrack, scenes, strict, type Scene } from "./testing/scenes.ts";
import type { Crossing, FenceEngine } from "./types.ts";

/** `FENCE_FUZZ=50 npx vitest run --project thorough src/fence/layered` looks longer; `FENCE_SEED` moves the start. */
const rounds = Number(process.env["FENCE_FUZZ"] ?? 2);
const firstSeed = Number(process.env["FENCE_SEED"] ?? 1);

/** Each layer on or off by itself; sizes that fit the scene. */
function randomSettings(r: Random, scene: Scene): FenceSettings {
  if (r.chance(0.15)) return strict;
  const scale = scene.size * 111_000;
  const settings: FenceSettings = {
    ...(r.chance(0.7) && {
      exitMargin: r.chance(0.3) ? 0 : Math.min(99_000, scale * 10 ** r.between(-3, -0.7)),
    }),
    ...(r.chance(0.7) && { useAccuracy: r.chance(0.6) }),
    ...(r.chance(0.8) && { confirmFixes: r.integer(0, 4) }),
    ...(r.chance(0.8) && { confirmSeconds: r.pick([0, 0, 20, 60, 200]) }),
  };
  return settings;
}

function validFence(r: Random, scene: Scene, id: string, version: number): Fence {
  for (;;) {
    const { geometry, radius, ...rest } = randomFence(r, scene, id, version);
    if (checkGeometry(geometry, radius) !== undefined) continue;
    const { exitMargin: _m, useAccuracy: _a, confirmFixes: _f, confirmSeconds: _s, ...bare } = rest;
    return { ...bare, geometry, ...(radius !== undefined && { radius }), ...randomSettings(r, scene) };
  }
}

/** The track of the scene with steady stretches, accuracies, speeds of all kinds, and outliers. */
function layeredTrack(r: Random, scene: Scene, length: number): LayeredFix[] {
  const scale = scene.size * 111_000;
  const fixes: LayeredFix[] = [];
  let speed: number | undefined;
  for (const { time, lon, lat } of randomTrack(r, scene, length)) {
    const steady = r.chance(0.4) && scene.lattice === undefined ? r.integer(1, 5) : 0;
    const step = scene.size * r.pick([0.005, 0.02, 0.08]);
    const course = r.between(0, 7);
    for (let k = 0; k <= steady; k++) {
      const way = (k === 0 ? 0 : k * step) * r.between(0.95, 1.05);
      const accuracy = r.chance(0.2) ? undefined : Math.fround(scale * 10 ** r.between(-5, -1));
      if (r.chance(0.3)) speed = r.chance(0.5) ? undefined : (scale / 30) * 10 ** r.between(-3, 0);
      const at = lon + way * Math.cos(course);
      fixes.push({
        time: time + (k * 1_000) / 8,
        lon: at >= 180 ? at - 360 : at,
        lat: Math.max(-90, Math.min(90, lat + way * Math.sin(course))),
        ...(accuracy !== undefined && { accuracy }),
        ...(speed !== undefined && { speed }),
        ...(r.chance(0.06) && { outlier: true }),
      });
    }
  }
  return fixes;
}

/** Engine and brute force side by side, with fences that come, change and go, and restarts. */
class Duel {
  readonly #scene: Scene;
  readonly #r: Random;
  readonly fences = new Map<string, Fence>();
  readonly layered = new Map<string, LayeredOracle>();
  readonly strict = new OracleDevice();
  engine: FenceEngine = createFenceEngine();
  handle: number;
  good: GoodFix | undefined;
  compared = 0;

  constructor(r: Random, scene: Scene, count: number) {
    this.#r = r;
    this.#scene = scene;
    for (let i = 0; i < count; i++) this.put(`f${i}`);
    this.handle = this.engine.admit();
  }

  put(id: string): void {
    const fence = validFence(this.#r, this.#scene, id, (this.fences.get(id)?.version ?? 0) + 1);
    this.drop(id);
    this.fences.set(id, fence);
    this.engine.put(fence);
    const last = this.strict.last;
    if (!isStrict(layersOf(fence))) this.layered.set(id, new LayeredOracle(fence, this.good));
    else if (last && this.strict.judge(fence).inside([last.lon === 180 ? -180 : last.lon, last.lat]))
      this.strict.inside.add(id);
  }

  drop(id: string): void {
    this.fences.delete(id);
    this.layered.delete(id);
    this.strict.inside.delete(id);
  }

  remove(id: string): void {
    this.drop(id);
    this.engine.remove(id);
  }

  restart(): void {
    const state = this.engine.state(this.handle);
    this.engine = createFenceEngine();
    for (const fence of this.fences.values()) this.engine.put(fence);
    this.handle = this.engine.admit(JSON.parse(JSON.stringify(state)));
    expect(this.engine.state(this.handle).inside.toSorted()).toEqual(state.inside.toSorted());
  }

  update(fix: LayeredFix): void {
    const { engine, handle } = this;
    const { time, lon, lat, accuracy, speed, outlier } = fix;
    const count = engine.update(handle, time, lon, lat, accuracy, speed, outlier);
    const got = Array.from({ length: count }, (_, i) => engine.crossing(i));
    const all = [...this.fences.values()];
    const wanted = this.strict.update(
      all.filter((fence) => isStrict(layersOf(fence))),
      fix,
    );
    if (outlier !== true) {
      this.good = goodFix(this.good, fix);
      for (const oracle of this.layered.values()) {
        const event = oracle.update(this.good);
        if (event !== undefined) wanted.push(event);
      }
    }
    const sure = (fence: string): boolean => this.layered.get(fence)?.unsure !== true;
    this.#compare(
      got.filter((c) => sure(c.fence)),
      wanted.filter((event) => sure(event.fence)),
    );
    this.#compareStates(sure);
  }

  #compare(got: readonly Crossing[], wanted: readonly OracleEvent[]): void {
    if (wanted.some((event) => event.margin < 1e-3)) return;
    const plain = (c: Crossing | OracleEvent): string =>
      `${c.type} ${c.fence} v${c.fenceVersion} ${c.fix}${c.reason ?? ""}`;
    expect(got.map(plain).sort()).toEqual(wanted.map(plain).sort());
    for (const event of wanted) {
      const match = got.find((c) => c.fence === event.fence)!;
      expect(Math.abs(match.time - event.time)).toBeLessThanOrEqual(1);
      const turn = Math.abs(match.lon - event.lon);
      expect(Math.min(turn, 360 - turn)).toBeLessThan(this.#scene.size * 1e-6 + 1e-9);
      expect(Math.abs(match.lat - event.lat)).toBeLessThan(this.#scene.size * 1e-6 + 1e-9);
    }
    for (let i = 1; i < got.length; i++) expect(got[i]!.time).toBeGreaterThanOrEqual(got[i - 1]!.time);
    this.compared += wanted.filter((event) => this.layered.has(event.fence)).length;
  }

  #compareStates(sure: (fence: string) => boolean): void {
    const state = this.engine.state(this.handle);
    const inside = [...this.strict.inside];
    const pending: string[] = [];
    for (const [id, oracle] of this.layered) {
      if (oracle.settled) inside.push(id);
      if (oracle.pending !== undefined) pending.push(`${oracle.pending} ${id}`);
    }
    expect(state.inside.filter(sure).toSorted()).toEqual(inside.filter(sure).toSorted());
    const told = (state.pending ?? []).filter((p) => sure(p.fence)).map((p) => `${p.type} ${p.fence}`);
    expect(told.toSorted()).toEqual(pending.filter((p) => sure(p.split(" ")[1]!)).toSorted());
  }
}

function play(seed: number, scene: Scene): { compared: number; unsure: number } {
  const r = new Random(seed);
  const [count, length] = scene.size > 20 ? [12, 25] : [20, 40];
  const duel = new Duel(r, scene, count);
  let unsure = 0;
  for (const fix of layeredTrack(r, scene, length)) {
    duel.update(fix);
    const lost = [...duel.layered].filter(([, oracle]) => oracle.unsure).map(([id]) => id);
    unsure += lost.length;
    for (const id of lost) duel.put(id);
    if (r.chance(0.1)) duel.put(`f${r.integer(0, 26)}`);
    if (r.chance(0.04)) duel.remove(`f${r.integer(0, 26)}`);
    if (r.chance(0.15)) duel.restart();
  }
  return { compared: duel.compared, unsure };
}

describe("engine against brute force, with layers", () => {
  for (const scene of scenes)
    it(`[FS1] says event for event what the rules say: ${scene.name}`, () => {
      const sum = { compared: 0, unsure: 0 };
      for (let round = 0; round < rounds; round++) {
        const seed = firstSeed * 1_000 + round;
        try {
          const { compared, unsure } = play(seed, scene);
          sum.compared += compared;
          sum.unsure += unsure;
        } catch (error) {
          throw new Error(`seed ${seed} in ${scene.name}`, { cause: error });
        }
      }
      expect(sum.compared).toBeGreaterThan(rounds);
      expect(sum.unsure).toBeLessThan(sum.compared);
    });
});

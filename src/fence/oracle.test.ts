import { describe, expect, it } from "vitest";
import type { Fence } from "#wire";
import { checkGeometry } from "./check-geometry.ts";
import { createFenceEngine } from "./engine.ts";
import { OracleDevice, type OracleEvent } from "./testing/oracle.ts";
import { Random } from "./testing/random.ts";
import { randomFence, randomTrack, scenes, type Scene } from "./testing/scenes.ts";
import type { Crossing, FenceEngine } from "./types.ts";

/** `FENCE_FUZZ=200 npx vitest run --project unit src/fence` looks longer; `FENCE_SEED` moves the start. */
const rounds = Number(process.env["FENCE_FUZZ"] ?? 1);
const firstSeed = Number(process.env["FENCE_SEED"] ?? 1);

const plain = (crossings: readonly (Crossing | OracleEvent)[]): readonly string[] =>
  crossings.map((c) => `${c.type} ${c.fence} v${c.fenceVersion}${c.reason ?? ""}`).sort();

function compare(got: readonly Crossing[], wanted: readonly OracleEvent[], scene: Scene): void {
  if (wanted.some((event) => event.margin < 1e-3)) return;
  expect(plain(got)).toEqual(plain(wanted));
  for (const event of wanted) {
    const match = got.find((c) => c.fence === event.fence)!;
    expect(Math.abs(match.time - event.time)).toBeLessThanOrEqual(1);
    const turn = Math.abs(match.lon - event.lon);
    expect(Math.min(turn, 360 - turn)).toBeLessThan(scene.size * 1e-6 + 1e-9);
    expect(Math.abs(match.lat - event.lat)).toBeLessThan(scene.size * 1e-6 + 1e-9);
  }
  for (let i = 1; i < got.length; i++) expect(got[i]!.time).toBeGreaterThanOrEqual(got[i - 1]!.time);
}

const readAll = (engine: FenceEngine, count: number): Crossing[] =>
  Array.from({ length: count }, (_, i) => engine.crossing(i));

/** A random fence that may be put. */
function validFence(r: Random, scene: Scene, id: string, version = 1): Fence {
  for (;;) {
    const fence = randomFence(r, scene, id, version);
    if (checkGeometry(fence.geometry, fence.radius) === undefined) return fence;
  }
}

/** One device along one track while fences come, change and go, and the engine is restarted now and then. */
function play(seed: number, scene: Scene): number {
  const r = new Random(seed);
  const fences = new Map<string, Fence>();
  const [count, length] = scene.size > 20 ? [12, 25] : [24, 60];
  for (let i = 0; i < count; i++) fences.set(`f${i}`, validFence(r, scene, `f${i}`));
  let engine = createFenceEngine();
  for (const fence of fences.values()) engine.put(fence);
  let handle = engine.admit();
  const oracle = new OracleDevice();
  let events = 0;
  for (const fix of randomTrack(r, scene, length)) {
    const got = readAll(engine, engine.update(handle, fix.time, fix.lon, fix.lat));
    const wanted = oracle.update([...fences.values()], fix);
    events += wanted.length;
    compare(got, wanted, scene);
    expect(engine.state(handle).inside.toSorted()).toEqual([...oracle.inside].toSorted());
    if (r.chance(0.1)) edit(r, scene, engine, fences, oracle);
    if (r.chance(0.05)) {
      const state = engine.state(handle);
      engine = createFenceEngine();
      for (const fence of fences.values()) engine.put(fence);
      handle = engine.admit(JSON.parse(JSON.stringify(state)));
    }
  }
  return events;
}

function edit(
  r: Random,
  scene: Scene,
  engine: FenceEngine,
  fences: Map<string, Fence>,
  oracle: OracleDevice,
): void {
  const id = `f${r.integer(0, 26)}`;
  const was = oracle.inside.has(id);
  const { lon, lat } = oracle.last!;
  let now = false;
  if (r.chance(0.4)) {
    const gone = fences.get(id);
    fences.delete(id);
    const changes = engine.remove(id);
    expect(changes.map((c) => `${c.type} ${c.fenceVersion}`)).toEqual(was ? [`exit ${gone!.version}`] : []);
  } else {
    const fence = validFence(r, scene, id, (fences.get(id)?.version ?? 0) + 1);
    fences.set(id, fence);
    const judge = oracle.judge(fence);
    now = judge.inside([lon === 180 ? -180 : lon, lat]);
    const changes = engine.put(fence);
    if (judge.margin([lon, lat]) > 1e-3)
      expect(changes.map((c) => c.type)).toEqual(was === now ? [] : [now ? "enter" : "exit"]);
  }
  if (now) oracle.inside.add(id);
  else oracle.inside.delete(id);
}

describe("engine against brute force", () => {
  for (const scene of scenes)
    it(`[FE1] says event for event what brute force says: ${scene.name}`, () => {
      let events = 0;
      for (let round = 0; round < rounds; round++) {
        const seed = firstSeed * 1_000 + round;
        try {
          events += play(seed, scene);
        } catch (error) {
          throw new Error(`seed ${seed} in ${scene.name}`, { cause: error });
        }
      }
      expect(events).toBeGreaterThan(5 * rounds);
    });
});

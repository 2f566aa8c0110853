import { describe, expect, it } from "vitest";
import { createFenceEngine } from "./engine.ts";
import type { Fence } from "#wire";
import type { LayeredFix } from "./testing/layered-oracle.ts";
import { layeredFence, layeredTrack } from "./testing/layered-scenes.ts";
import { Random } from "./testing/random.ts";
import { scenes } from "./testing/scenes.ts";
import type { Crossing, FenceEngine } from "./types.ts";

function engineOf(fences: readonly Fence[]): FenceEngine {
  const engine = createFenceEngine();
  for (const fence of fences) engine.put(fence);
  return engine;
}

/**
 * All crossings of a track. Before each fix that `cuts` names, the device goes on in the other of two engines, from
 * the JSON of its state.
 */
function run(
  engines: readonly [FenceEngine, FenceEngine],
  track: readonly LayeredFix[],
  cuts: (index: number) => boolean,
): Crossing[] {
  let [engine, other] = engines;
  let handle = engine.admit();
  const crossings: Crossing[] = [];
  for (const [i, { time, lon, lat, accuracy, speed, outlier }] of track.entries()) {
    if (cuts(i)) {
      const state = JSON.stringify(engine.state(handle));
      engine.release(handle);
      [engine, other] = [other, engine];
      handle = engine.admit(JSON.parse(state));
    }
    const count = engine.update(handle, time, lon, lat, accuracy, speed, outlier);
    for (let k = 0; k < count; k++) crossings.push(engine.crossing(k));
  }
  engine.release(handle);
  return crossings;
}

describe("a restart", () => {
  for (const [n, scene] of scenes.entries())
    it(`[FS16] at any fix changes nothing: ${scene.name}`, () => {
      const r = new Random(100 + n);
      const fences = Array.from({ length: 20 }, (_, i) => layeredFence(r, scene, `f${i}`, 1));
      const track = layeredTrack(r, scene, 40);
      const engines = [engineOf(fences), engineOf(fences)] as const;
      const whole = run(engines, track, () => false);
      expect(whole.length).toBeGreaterThan(2);
      expect(run(engines, track, () => true)).toEqual(whole);
      for (let k = 0; k < 8; k++) {
        const cut = r.integer(1, track.length - 1);
        expect(
          run(engines, track, (i) => i === cut),
          `cut at ${cut}`,
        ).toEqual(whole);
      }
    });

  it("[FS16] reads back what was written", () => {
    const r = new Random(99);
    const [scene] = scenes;
    const fences = Array.from({ length: 30 }, (_, i) => layeredFence(r, scene!, `f${i}`, 1));
    const [engine, other] = [engineOf(fences), engineOf(fences)];
    const handle = engine.admit();
    for (const { time, lon, lat, accuracy, speed, outlier } of layeredTrack(r, scene!, 60)) {
      engine.update(handle, time, lon, lat, accuracy, speed, outlier);
      const state = JSON.stringify(engine.state(handle));
      expect(JSON.stringify(other.state(other.admit(JSON.parse(state))))).toBe(state);
    }
  });
});

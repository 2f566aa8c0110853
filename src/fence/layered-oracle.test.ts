import { describe, expect, it } from "vitest";
import { Duel } from "./testing/duel.ts";
import { layeredTrack } from "./testing/layered-scenes.ts";
import { Random } from "./testing/random.ts";
import type { OracleEvent } from "./testing/oracle.ts";
import { scenes, type Scene } from "./testing/scenes.ts";
import type { Crossing } from "./types.ts";

/** `FENCE_FUZZ=50 npx vitest run --project thorough src/fence/layered` looks longer; `FENCE_SEED` moves the start. */
const rounds = Number(process.env["FENCE_FUZZ"] ?? 2);
const firstSeed = Number(process.env["FENCE_SEED"] ?? 1);

const plain = (c: Crossing | OracleEvent): string =>
  `${c.type} ${c.fence} v${c.fenceVersion} ${c.fix}${c.reason ?? ""}`;

function compare(got: readonly Crossing[], wanted: readonly OracleEvent[], scene: Scene): void {
  if (wanted.some((event) => event.margin < 1e-3)) return;
  expect(got.map(plain).sort()).toEqual(wanted.map(plain).sort());
  for (const event of wanted) {
    const match = got.find((c) => c.fence === event.fence)!;
    expect(Math.abs(match.time - event.time)).toBeLessThanOrEqual(1);
    const turn = Math.abs(match.lon - event.lon);
    expect(Math.min(turn, 360 - turn)).toBeLessThan(scene.size * 1e-6 + 1e-9);
    expect(Math.abs(match.lat - event.lat)).toBeLessThan(scene.size * 1e-6 + 1e-9);
  }
  for (let i = 1; i < got.length; i++) expect(got[i]!.time).toBeGreaterThanOrEqual(got[i - 1]!.time);
}

/** One device along one track while fences come, change and go, and the engine is restarted now and then. */
function play(seed: number, scene: Scene): { compared: number; unsure: number } {
  const r = new Random(seed);
  const [count, length] = scene.size > 20 ? [12, 25] : [20, 40];
  const duel = new Duel(r, scene, count);
  const sum = { compared: 0, unsure: 0 };
  for (const fix of layeredTrack(r, scene, length)) {
    const { got, wanted } = duel.update(fix);
    compare(got, wanted, scene);
    sum.compared += wanted.filter((event) => duel.layered.has(event.fence)).length;
    const states = duel.states();
    expect(states.got).toEqual(states.wanted);
    const lost = [...duel.layered].filter(([, oracle]) => oracle.unsure).map(([id]) => id);
    sum.unsure += lost.length;
    for (const id of lost) duel.put(id);
    if (r.chance(0.1)) duel.put(`f${r.integer(0, 26)}`);
    if (r.chance(0.04)) duel.remove(`f${r.integer(0, 26)}`);
    if (r.chance(0.15)) duel.restart();
  }
  return sum;
}

describe("engine against brute force, with layers", () => {
  for (const scene of scenes)
    it(`[FS2] says event for event what the rules say: ${scene.name}`, () => {
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

import { createFenceEngine, isStrict, layersOf, type Crossing, type FenceEngine } from "#fence";
import type { Fence } from "#wire";
import { goodFix, LayeredOracle, type GoodFix, type LayeredFix } from "./layered-oracle.ts";
import { layeredFence } from "./layered-scenes.ts";
import { OracleDevice, type OracleEvent } from "./oracle.ts";
import type { Random } from "./random.ts";
import type { Scene } from "./scenes.ts";

/** Engine and brute force side by side, with fences that come, change and go, and restarts. */
export class Duel {
  readonly #scene: Scene;
  readonly #r: Random;
  readonly fences = new Map<string, Fence>();
  readonly layered = new Map<string, LayeredOracle>();
  readonly strict = new OracleDevice();
  engine: FenceEngine = createFenceEngine();
  handle: number;
  good: GoodFix | undefined;

  constructor(r: Random, scene: Scene, count: number) {
    this.#r = r;
    this.#scene = scene;
    for (let i = 0; i < count; i++) this.put(`f${i}`);
    this.handle = this.engine.admit();
  }

  put(id: string): void {
    const fence = layeredFence(this.#r, this.#scene, id, (this.fences.get(id)?.version ?? 0) + 1);
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
  }

  /** What the engine and what brute force say of a fix, fences left out that brute force is not sure of. */
  update(fix: LayeredFix): { readonly got: readonly Crossing[]; readonly wanted: readonly OracleEvent[] } {
    const { engine, handle } = this;
    const { time, lon, lat, accuracy, speed, outlier } = fix;
    const count = engine.update(handle, time, lon, lat, accuracy, speed, outlier);
    const got = Array.from({ length: count }, (_, i) => engine.crossing(i));
    const strict = [...this.fences.values()].filter((fence) => isStrict(layersOf(fence)));
    const wanted = this.strict.update(strict, fix);
    if (outlier !== true) {
      this.good = goodFix(this.good, fix);
      for (const oracle of this.layered.values()) {
        const event = oracle.update(this.good);
        if (event !== undefined) wanted.push(event);
      }
    }
    return {
      got: got.filter((crossing) => this.#isSure(crossing.fence)),
      wanted: wanted.filter((event) => this.#isSure(event.fence)),
    };
  }

  /** Settled and pending, as text: what the engine and what brute force say. */
  states(): { readonly got: readonly string[]; readonly wanted: readonly string[] } {
    const { inside, pending = [] } = this.engine.state(this.handle);
    const got = [
      ...inside.filter((id) => this.#isSure(id)).map((id) => `in ${id}`),
      ...pending.filter((p) => this.#isSure(p.fence)).map((p) => `${p.type} ${p.fence}`),
    ];
    const wanted = [...this.strict.inside].map((id) => `in ${id}`);
    for (const [id, oracle] of this.layered) {
      if (oracle.unsure) continue;
      if (oracle.settled) wanted.push(`in ${id}`);
      if (oracle.pending !== undefined) wanted.push(`${oracle.pending} ${id}`);
    }
    return { got: got.sort(), wanted: wanted.sort() };
  }

  #isSure(fence: string): boolean {
    return this.layered.get(fence)?.unsure !== true;
  }
}

import type { FenceId } from "#wire";
import { IdMap } from "./id-map.ts";
import { isStrict, type Layers } from "./layers.ts";

/** The fences of an engine by slot, a small integer that a fence keeps while it exists. */
export class FenceSlots {
  readonly ids: (FenceId | undefined)[] = [];
  readonly versions: number[] = [];
  /** First shape of each fence, -1 for none. */
  readonly shapes: number[] = [];
  /** Number of the last question that met the fence, so that it is met once. */
  seen: Int32Array = new Int32Array(64);
  /** Layers of each fence; times in milliseconds. */
  exitMargin: Float64Array = new Float64Array(64);
  confirmFor: Float64Array = new Float64Array(64);
  confirmFixes: Int32Array = new Int32Array(64);
  /** 0 where every single fix decides, 1 with layers, 3 if accuracy is one of them. */
  #kind: Uint8Array = new Uint8Array(64);
  /** Fences with and without layers. */
  readonly #count: [strict: number, layered: number] = [0, 0];
  readonly #byId: IdMap = new IdMap();
  readonly #free: number[] = [];

  get size(): number {
    return this.#byId.size;
  }

  /** Whether there is any fence that every single fix decides. */
  get anyStrict(): boolean {
    return this.#count[0] > 0;
  }

  /** Estimate: the strings, the map and the arrays are the engine's, not countable from here. */
  get bytes(): number {
    return this.seen.length * (4 + 8 + 8 + 4 + 1) + this.ids.length * (8 + 8 + 8) + this.#byId.size * 90;
  }

  find(id: FenceId): number | undefined {
    return this.#byId.get(id);
  }

  /** A slot for a fence of this id: strict, and without any shape. */
  add(id: FenceId): number {
    const slot = this.#free.pop() ?? this.ids.length;
    this.ids[slot] = id;
    this.versions[slot] = 0;
    this.shapes[slot] = -1;
    if (slot >= this.seen.length) this.#grow();
    this.seen[slot] = 0;
    this.#kind[slot] = 0;
    this.#count[0]++;
    this.#byId.set(id, slot);
    return slot;
  }

  setLayers(slot: number, layers: Layers): void {
    this.#count[this.isStrict(slot) ? 0 : 1]--;
    this.exitMargin[slot] = layers.exitMargin;
    this.confirmFor[slot] = layers.confirmSeconds * 1_000;
    this.confirmFixes[slot] = layers.confirmFixes;
    this.#kind[slot] = isStrict(layers) ? 0 : layers.useAccuracy ? 3 : 1;
    this.#count[this.isStrict(slot) ? 0 : 1]++;
  }

  isStrict(slot: number): boolean {
    return this.#kind[slot] === 0;
  }

  usesAccuracy(slot: number): boolean {
    return this.#kind[slot] === 3;
  }

  release(slot: number): void {
    const id = this.ids[slot];
    if (id !== undefined) this.#byId.delete(id);
    this.ids[slot] = undefined;
    this.#count[this.isStrict(slot) ? 0 : 1]--;
    this.#free.push(slot);
  }

  id(slot: number): FenceId {
    return this.ids[slot] ?? "";
  }

  version(slot: number): number {
    return this.versions[slot] ?? 0;
  }

  #grow(): void {
    const size = this.seen.length * 2;
    const grow = <T extends { set(from: T): void }>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.seen = grow(new Int32Array(size), this.seen);
    this.exitMargin = grow(new Float64Array(size), this.exitMargin);
    this.confirmFor = grow(new Float64Array(size), this.confirmFor);
    this.confirmFixes = grow(new Int32Array(size), this.confirmFixes);
    this.#kind = grow(new Uint8Array(size), this.#kind);
  }
}

import type { FenceId } from "#wire";

/** The fences of an engine by slot, a small integer that a fence keeps while it exists. */
export class FenceSlots {
  readonly ids: (FenceId | undefined)[] = [];
  readonly versions: number[] = [];
  /** First shape of each fence, -1 for none. */
  readonly shapes: number[] = [];
  /** Number of the last question that met the fence, so that it is met once. */
  seen: Int32Array = new Int32Array(64);
  readonly #byId: Map<FenceId, number> = new Map();
  readonly #free: number[] = [];

  get size(): number {
    return this.#byId.size;
  }

  /** Estimate: the strings, the map and the arrays are the engine's, not countable from here. */
  get bytes(): number {
    return this.seen.byteLength + this.ids.length * (8 + 8 + 8) + this.#byId.size * 90;
  }

  find(id: FenceId): number | undefined {
    return this.#byId.get(id);
  }

  add(id: FenceId, version: number): number {
    const slot = this.#free.pop() ?? this.ids.length;
    this.ids[slot] = id;
    this.versions[slot] = version;
    this.shapes[slot] = -1;
    if (slot >= this.seen.length) {
      const grown = new Int32Array(this.seen.length * 2);
      grown.set(this.seen);
      this.seen = grown;
    }
    this.seen[slot] = 0;
    this.#byId.set(id, slot);
    return slot;
  }

  release(slot: number): void {
    const id = this.ids[slot];
    if (id !== undefined) this.#byId.delete(id);
    this.ids[slot] = undefined;
    this.#free.push(slot);
  }

  id(slot: number): FenceId {
    return this.ids[slot] ?? "";
  }
}

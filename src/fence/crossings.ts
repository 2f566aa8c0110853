import type { Crossing } from "./types.ts";

/** The crossings of one update. */
export class Crossings {
  #list: Crossing[] = [];

  get count(): number {
    return this.#list.length;
  }

  /** Begins anew; what was answered before stays as it is. */
  clear(): void {
    if (this.#list.length > 0) this.#list = [];
  }

  add(crossing: Crossing): void {
    this.#list.push(crossing);
  }

  /** By time, then by fence id; answers how many there are. */
  sort(): number {
    if (this.#list.length > 1) this.#list.sort((a, b) => a.time - b.time || (a.fence < b.fence ? -1 : 1));
    return this.#list.length;
  }

  at(index: number): Crossing {
    const found = this.#list[index];
    if (found === undefined) throw new RangeError(`no crossing ${index} of ${this.#list.length}`);
    return found;
  }
}

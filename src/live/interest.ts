import { type Box, holds } from "./box.ts";
import { cellAt, cellsOf, levelFor, MAX_LEVEL } from "./cells.ts";

/** Somebody who looks at a box. */
export interface Looker {
  readonly box: Box;
}

/**
 * Who looks at a place? Each looker stands in at most 2 × 2 cells of the level that fits its box, so a place costs one
 * lookup per level in use plus a test of the lookers near it, however many there are elsewhere.
 */
export class Interest<L extends Looker> {
  readonly #levels: Map<number, Set<L>>[] = Array.from({ length: MAX_LEVEL + 1 }, () => new Map());
  readonly #used: number[] = [];

  /** The looker's `box` must stay as it is until `remove`. */
  add(looker: L): void {
    const level = levelFor(looker.box);
    const cells = this.#cells(level);
    if (cells.size === 0) this.#used.push(level);
    for (const cell of cellsOf(level, looker.box)) {
      const there = cells.get(cell);
      if (there) there.add(looker);
      else cells.set(cell, new Set([looker]));
    }
  }

  remove(looker: L): void {
    const level = levelFor(looker.box);
    const cells = this.#cells(level);
    for (const cell of cellsOf(level, looker.box)) {
      const there = cells.get(cell);
      if (!there?.delete(looker) || there.size > 0) continue;
      cells.delete(cell);
      if (cells.size === 0) this.#used.splice(this.#used.indexOf(level), 1);
    }
  }

  /** Calls `found` with each looker whose box holds the place, once each. */
  at(lon: number, lat: number, found: (looker: L) => void): void {
    for (const level of this.#used) {
      const there = this.#cells(level).get(cellAt(level, lon, lat));
      if (!there) continue;
      for (const looker of there) if (holds(looker.box, lon, lat)) found(looker);
    }
  }

  #cells(level: number): Map<number, Set<L>> {
    const cells = this.#levels[level];
    if (!cells) throw new RangeError(`level ${level} is not one of 0 to ${MAX_LEVEL}`);
    return cells;
  }
}

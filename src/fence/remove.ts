import { bits, latOf, lonOf, sideOf } from "./cells.ts";
import type { Entries } from "./entries.ts";
import type { Nodes } from "./nodes.ts";

/** Degrees by which the search looks beyond the box of a shape. */
const margin = 1e-6;

/** Takes shapes out of the cells. */
export class Remover {
  readonly #nodes: Nodes;
  readonly #entries: Entries;
  #shape = -1;
  #west = 0;
  #south = 0;
  #east = 0;
  #north = 0;

  constructor(nodes: Nodes, entries: Entries) {
    this.#nodes = nodes;
    this.#entries = entries;
  }

  /** Takes a shape out of all cells that meet its box. */
  remove(shape: number, box: readonly [west: number, south: number, east: number, north: number]): void {
    this.#shape = shape;
    this.#west = box[0] - margin;
    this.#south = box[1] - margin;
    this.#east = box[2] + margin;
    this.#north = box[3] + margin;
    this.#below(0, 0, 0, 0);
  }

  #below(node: number, level: number, x: number, y: number): void {
    const side = sideOf(level);
    const lon = lonOf(x);
    const lat = latOf(y);
    if (lon > this.#east || lon + side < this.#west || lat > this.#north || lat + side < this.#south) return;
    if (this.#nodes.uncover(node, this.#shape)) return;
    const link = this.#nodes.link(node);
    if (link > 0) {
      const step = 1 << (bits - 1 - level);
      for (let c = 0; c < 4; c++) this.#below(link + c, level + 1, x + (c & 1) * step, y + (c >> 1) * step);
      this.#nodes.join(node);
    } else if (link < 0) this.#nodes.setLink(node, 0 - this.#entries.cut(-link, this.#shape));
  }
}

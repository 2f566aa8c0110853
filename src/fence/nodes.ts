import { Column } from "./column.ts";
import { Lists } from "./lists.ts";

/**
 * The cells of the tree by node, a small integer; node 0 is the root and four siblings follow each other: south-west,
 * south-east, north-west, north-east. Two integers a node, in two arrays, because the way down needs only one:
 *
 * ```
 * links[node]   > 0 first of its four children   < 0 a leaf: minus the reference of its entries   0 a leaf without
 * covers[node]  > 0 list of the shapes that cover the whole cell   < 0 one such shape, as ~shape   0 none
 * ```
 */
export class Nodes {
  readonly #links: Column = new Column(256);
  readonly #covers: Column = new Column(256);
  readonly lists: Lists = new Lists();
  #top = 4;
  /** Blocks of four that are not used, linked through the links of their first nodes. */
  #free = 0;

  get links(): Int32Array {
    return this.#links.data;
  }

  get covers(): Int32Array {
    return this.#covers.data;
  }

  get bytes(): number {
    return this.#links.bytes + this.#covers.bytes + this.lists.bytes;
  }

  link(node: number): number {
    return this.#links.data[node] ?? 0;
  }

  setLink(node: number, link: number): void {
    this.#links.set(node, link);
  }

  /** Gives a leaf without entries four children, likewise without; answers the first of them. */
  divide(node: number): number {
    let block = this.#free;
    if (block === 0) {
      block = this.#top;
      this.#top += 4;
      this.#links.extend(this.#top, 4);
      this.#covers.extend(this.#top, 4);
    } else {
      this.#free = this.link(block);
      this.#links.set(block, 0);
    }
    this.#links.set(node, block);
    return block;
  }

  /** Makes a node a leaf again where its four children are leaves without entries and are covered by the same. */
  join(node: number): void {
    const block = this.link(node);
    const { links } = this;
    if (
      ((links[block] ?? 0) | (links[block + 1] ?? 0) | (links[block + 2] ?? 0) | (links[block + 3] ?? 0)) !==
      0
    )
      return;
    for (let c = 1; c < 4; c++) if (!this.#sameCovers(block, block + c)) return;
    const common = this.covers[block] ?? 0;
    if (common < 0) this.cover(node, ~common);
    for (let i = 1; i <= this.lists.length(common > 0 ? common : 0); i++)
      this.cover(node, this.lists.data[common + i] ?? 0);
    for (let c = 0; c < 4; c++) this.#uncoverAll(block + c);
    this.#links.set(block, this.#free);
    this.#free = block;
    this.#links.set(node, 0);
  }

  /** Adds a shape to those that cover the cell. */
  cover(node: number, shape: number): void {
    const known = this.covers[node] ?? 0;
    if (known === 0) this.#covers.set(node, ~shape);
    else if (known < 0) this.#covers.set(node, this.lists.push(this.lists.push(0, ~known), shape));
    else this.#covers.set(node, this.lists.push(known, shape));
  }

  /** Takes a shape from those that cover the cell; answers whether it was one of them. */
  uncover(node: number, shape: number): boolean {
    const known = this.covers[node] ?? 0;
    if (known === ~shape) this.#covers.set(node, 0);
    else if (known > 0 && this.lists.includes(known, shape))
      this.#covers.set(node, this.lists.remove(known, shape));
    else return false;
    return true;
  }

  #uncoverAll(node: number): void {
    const known = this.covers[node] ?? 0;
    if (known > 0) this.lists.release(known);
    this.#covers.set(node, 0);
  }

  #sameCovers(node: number, other: number): boolean {
    const a = this.covers[node] ?? 0;
    const b = this.covers[other] ?? 0;
    if (a <= 0 || b <= 0) return a === b;
    const { lists } = this;
    if (lists.length(a) !== lists.length(b)) return false;
    for (let i = 1; i <= lists.length(a); i++) if (!lists.includes(b, lists.data[a + i] ?? 0)) return false;
    return true;
  }
}

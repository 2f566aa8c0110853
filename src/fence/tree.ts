import { anchorLat, anchorLon } from "./anchor.ts";
import { bits, column, row } from "./cells.ts";
import { circleBox, circleOver } from "./circle.ts";
import { corridorOver } from "./corridor.ts";
import { endOfEntries, Entries, firstEntry } from "./entries.ts";
import { attemptIn, entryHead, kindIn, nextEntry, runsIn } from "./entry.ts";
import { Inserter } from "./insert.ts";
import { Nodes } from "./nodes.ts";
import { onEdge, parity } from "./polygon.ts";
import { Remover } from "./remove.ts";
import { circleKind, corridorKind, type Shapes } from "./shapes.ts";
import type { Vertices } from "./vertices.ts";

/**
 * The adaptive tree of cells. A node lists the shapes that cover its whole cell; a leaf also has an entry for each
 * shape whose boundary meets it: the edges that do, and whether the cell's anchor lies inside.
 */
export class CellTree {
  readonly nodes: Nodes = new Nodes();
  readonly entries: Entries = new Entries();
  readonly #shapes: Shapes;
  readonly #vertices: Vertices;
  readonly #inserter: Inserter;
  readonly #remover: Remover;

  constructor(shapes: Shapes, vertices: Vertices) {
    this.#shapes = shapes;
    this.#vertices = vertices;
    this.#inserter = new Inserter(this.nodes, this.entries, shapes, vertices);
    this.#remover = new Remover(this.nodes, this.entries);
  }

  get bytes(): number {
    return this.nodes.bytes + this.entries.bytes + this.#inserter.bytes;
  }

  /** Adds a shape whose numbers are set; `rings` are runs of its vertices (first, number of edges). */
  insert(shape: number, rings: readonly number[]): void {
    this.#inserter.insert(shape, this.boxOf(shape), rings);
  }

  /** Takes a shape out of all cells. */
  remove(shape: number): void {
    this.#remover.remove(shape, this.boxOf(shape));
  }

  /** Box of a shape in degrees. */
  boxOf(shape: number): readonly [west: number, south: number, east: number, north: number] {
    const s = this.#shapes;
    if (s.kind[shape] === circleKind) return circleBox(s.get(shape, 0), s.get(shape, 1), s.get(shape, 2));
    return [s.get(shape, 0), s.get(shape, 1), s.get(shape, 2), s.get(shape, 3)];
  }

  /**
   * Calls `found` with each shape that contains the place (normalised), its boundary included. A fence of several shapes can
   * be found several times.
   */
  shapesAt(lon: number, lat: number, found: (shape: number) => void): void {
    const { links } = this.nodes;
    const x = column(lon);
    const y = row(lat);
    let node = 0;
    let shift = bits;
    for (let link = links[0] ?? 0; link > 0; link = links[node] ?? 0) {
      this.#coversOf(node, found);
      shift--;
      node = link + ((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1));
    }
    this.#coversOf(node, found);
    const ref = 0 - (links[node] ?? 0);
    if (ref === 0) return;
    const mask = -1 << shift;
    const page = this.entries.page(ref);
    const end = endOfEntries(page, ref);
    for (let i = firstEntry(ref); i < end; i = nextEntry(page, i))
      if (this.#holds(page, i, lon, lat, bits - shift, x & mask, y & mask)) found(page[i] ?? 0);
  }

  /** Whether a boundary passes through the leaf of a place. */
  boundaryAt(lon: number, lat: number): boolean {
    const { links } = this.nodes;
    const x = column(lon);
    const y = row(lat);
    let link = links[0] ?? 0;
    for (let shift = bits - 1; link > 0; shift--)
      link = links[link + ((((y >>> shift) & 1) << 1) | ((x >>> shift) & 1))] ?? 0;
    return link !== 0;
  }

  #coversOf(node: number, found: (shape: number) => void): void {
    const { covers, lists } = this.nodes;
    const cover = covers[node] ?? 0;
    if (cover < 0) found(~cover);
    if (cover > 0) for (let i = 1; i <= lists.length(cover); i++) found(lists.data[cover + i] ?? 0);
  }

  /** Whether the shape of an entry, at `at` of a page, contains a place of its cell. */
  #holds(
    page: Int32Array,
    at: number,
    lon: number,
    lat: number,
    level: number,
    x: number,
    y: number,
  ): boolean {
    const shape = page[at] ?? 0;
    const head = page[at + 1] ?? 0;
    const kind = kindIn(head);
    if (kind === circleKind) return circleOver(this.#shapes, shape, lon, lat) <= 0;
    const runs = at + entryHead;
    const count = runsIn(head);
    if (kind === corridorKind)
      return corridorOver(this.#vertices, page, runs, count, this.#shapes.get(shape, 6), lon, lat) <= 0;
    const ax = anchorLon(x, level, attemptIn(head));
    const ay = anchorLat(y, level, attemptIn(head));
    const crossings = parity(this.#vertices, page, runs, count, ax, ay, lon, lat);
    return crossings === onEdge || ((head & 1) ^ crossings) === 1;
  }
}

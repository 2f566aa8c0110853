import { latOf, lonOf, sideOf, slack } from "./cells.ts";
import { circleOver, setCircleBox } from "./circle.ts";
import { corridorOver } from "./corridor.ts";
import { covered, outside } from "./divide.ts";
import { headOf, runsIn } from "./entries.ts";
import { nearestEquator, pathBound } from "./measure.ts";
import { piecesNear } from "./near.ts";
import { circleKind, corridorKind, type Shapes } from "./shapes.ts";
import type { Vertices } from "./vertices.ts";

/**
 * Sorts circles and corridors into cells: their distance from the middle of the cell and the cell's reach decide,
 * and what lies beside the box of the shape is outside.
 */
export class RoundCells {
  readonly #shapes: Shapes;
  readonly #vertices: Vertices;
  readonly #box: Float64Array = new Float64Array(4);
  #shape = -1;

  constructor(shapes: Shapes, vertices: Vertices) {
    this.#shapes = shapes;
    this.#vertices = vertices;
  }

  /** Turns to a shape, whose numbers are set. */
  take(shape: number): void {
    const numbers = this.#shapes.page(shape);
    const at = this.#shapes.start(shape);
    this.#shape = shape;
    if (this.#shapes.kind[shape] === circleKind)
      setCircleBox(this.#box, numbers[at] ?? 0, numbers[at + 1] ?? 0, numbers[at + 2] ?? 0);
    else for (let i = 0; i < 4; i++) this.#box[i] = numbers[at + i] ?? 0;
  }

  /** Head of the circle's entry in a cell, or `outside` or `covered`. */
  circle(level: number, x: number, y: number): number {
    if (this.#isApart(level, x, y)) return outside;
    const half = sideOf(level + 1);
    const over = circleOver(this.#shapes, this.#shape, lonOf(x) + half, Math.min(90, latOf(y) + half));
    const reach = reachOf(latOf(y), half);
    return over > reach ? outside : over <= -reach ? covered : headOf(0, circleKind, 0);
  }

  /**
   * Head without runs of the corridor's entry in a cell, or `outside` or `covered`. `runs` holds from `at` the pieces
   * in a larger cell (`head`), and gets from `to` those near this one: as many as `count` tells.
   */
  corridor(
    level: number,
    x: number,
    y: number,
    runs: Int32Array,
    at: number,
    head: number,
    to: number,
  ): number {
    this.count = 0;
    if (this.#isApart(level, x, y)) return outside;
    const half = sideOf(level + 1);
    const lon = lonOf(x) + half;
    const lat = Math.min(90, latOf(y) + half);
    const reach = reachOf(latOf(y), half);
    const radius = this.#shapes.get(this.#shape, 6);
    const count = piecesNear(this.#vertices, runs, at, runsIn(head), radius + reach, lon, lat, runs, to);
    if (count === 0) return outside;
    if (reach < radius && corridorOver(this.#vertices, runs, to, count, radius, lon, lat) <= -reach)
      return covered;
    this.count = count;
    return headOf(0, corridorKind, 0);
  }

  /** Runs that the last `corridor` has written. */
  count = 0;

  /** Whether a cell lies beside the box of the shape, or beyond the pole. */
  #isApart(level: number, x: number, y: number): boolean {
    const box = this.#box;
    const west = lonOf(x) - slack;
    const south = latOf(y) - slack;
    const side = sideOf(level) + 2 * slack;
    return (
      south > 90 ||
      (box[0] ?? 0) > west + side ||
      (box[2] ?? 0) < west ||
      (box[1] ?? 0) > south + side ||
      (box[3] ?? 0) < south
    );
  }
}

/** Metres from the middle of a cell to any place in it, at most. */
function reachOf(south: number, half: number): number {
  return pathBound(half, half, nearestEquator(south, south + 2 * half)) + 1e-3;
}

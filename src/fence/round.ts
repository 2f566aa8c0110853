import { latOf, lonOf, sideOf, slack } from "./cells.ts";
import { circleError, circleOver, setCircleBox } from "./circle.ts";
import { corridorError, corridorOver } from "./corridor.ts";
import { covered, outside } from "./divide.ts";
import { headOf } from "./entry.ts";
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
  /** Runs that the last `corridor` has written. */
  count = 0;

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
    const reach = reachOf(latOf(y), half) + circleError(this.#shapes, this.#shape, over);
    return over > reach ? outside : over <= -reach ? covered : headOf(0, circleKind, 0);
  }

  /**
   * Head without runs of the corridor's entry in a cell, or `outside` or `covered`. `runs` holds from `at` the pieces
   * of `count` runs in a larger cell, and gets from `to` those near this one: as many runs as `count` of this tells.
   */
  corridor(
    level: number,
    x: number,
    y: number,
    runs: Int32Array,
    at: number,
    count: number,
    to: number,
  ): number {
    this.count = 0;
    if (this.#isApart(level, x, y)) return outside;
    const half = sideOf(level + 1);
    const lon = lonOf(x) + half;
    const lat = Math.min(90, latOf(y) + half);
    const reach = reachOf(latOf(y), half);
    const radius = this.#shapes.get(this.#shape, 6);
    const found = piecesNear(this.#vertices, runs, at, count, radius + reach, lon, lat, runs, to);
    if (found === 0) return outside;
    if (reach < radius) {
      const over = corridorOver(this.#vertices, runs, to, found, radius, lon, lat);
      if (over <= -reach - corridorError(radius, over)) return covered;
    }
    this.count = found;
    return headOf(0, corridorKind, 0);
  }

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

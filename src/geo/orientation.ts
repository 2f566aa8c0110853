import { orient2d } from "robust-predicates";

/**
 * On which side of the directed line a → b the point c lies: 1 left (counter-clockwise), -1 right, 0 exactly on
 * the line. Exact for all doubles (Shewchuk's adaptive predicate).
 */
export function side(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): -1 | 0 | 1 {
  // robust-predicates counts in a y-down plane, so its sign is the other way round.
  const turn = orient2d(ax, ay, bx, by, cx, cy);
  return turn < 0 ? 1 : turn > 0 ? -1 : 0;
}

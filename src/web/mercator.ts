import { toUnitSquare } from "#tiles";

/**
 * A number as the sum of two that a 32-bit float holds exactly enough: at zoom 20 a single float of the unit square
 * is off by metres, the pair by less than a millimetre.
 */
export function splitFloat(value: number): readonly [high: number, low: number] {
  const high = Math.fround(value);
  return [high, value - high];
}

/** The x nearest to `x` among its copies in neighbouring worlds, seen from `from`; unit square of web mercator. */
export function nearestCopy(x: number, from: number): number {
  return x - Math.round(x - from);
}

export { toUnitSquare };

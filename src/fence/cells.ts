/**
 * The square of cells: level 0 is 360° × 360° from -180, -90 (its upper half lies empty beyond the pole), each
 * level halves the side. Places inside it are whole numbers of 2^-30 of the side.
 */
export const bits = 30;
/** Deepest level of a cell: about 15 cm. */
export const deepest = 28;
const scale = 2 ** bits / 360;
const most = 2 ** bits - 1;

/** Degrees by which a cell is taken larger than it is, so that rounding never puts a point beside its cell. */
export const slack = 1e-9;

/** Column of a normalised longitude. */
export function column(lon: number): number {
  const x = Math.floor((lon + 180) * scale);
  return x > most ? most : x;
}

/** Row of a latitude. */
export function row(lat: number): number {
  return Math.floor((lat + 90) * scale);
}

/** Western longitude of a column. */
export function lonOf(x: number): number {
  return x / scale - 180;
}

/** Southern latitude of a row. */
export function latOf(y: number): number {
  return y / scale - 90;
}

const sides: Float64Array = Float64Array.from({ length: bits + 1 }, (_, level) => 360 / 2 ** level);

/** Degrees along the side of a cell of a level. */
export function sideOf(level: number): number {
  return sides[level] ?? 0;
}

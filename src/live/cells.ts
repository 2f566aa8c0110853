import { type Box, widthOf } from "./box.ts";

/**
 * Square cells in degrees: level z divides the globe into 2^z columns of 360/2^z degrees and half as many rows.
 * A cell is one number, row · 2^z + column, small enough for V8 to keep it unboxed.
 */
export const MAX_LEVEL = 15;

const columnOf = (lon: number, size: number): number =>
  Math.max(0, Math.min(size - 1, Math.floor(((lon + 180) / 360) * size)));

const rowOf = (lat: number, size: number): number =>
  Math.max(0, Math.min(Math.max(1, size / 2) - 1, Math.floor(((lat + 90) / 360) * size)));

/** Cell of a place at a level. */
export function cellAt(level: number, lon: number, lat: number): number {
  const size = 2 ** level;
  return rowOf(lat, size) * size + columnOf(lon, size);
}

/** Columns and rows that a box touches at a level, columns from west eastwards around the globe. */
interface Span {
  readonly size: number;
  readonly column: number;
  readonly columns: number;
  readonly row: number;
  readonly rows: number;
}

function spanOf(level: number, box: Box): Span {
  const size = 2 ** level;
  const first = columnOf(box.west, size);
  const last = columnOf(box.east, size);
  const columns = box.crosses ? Math.min(size, last + size - first + 1) : last - first + 1;
  const row = rowOf(box.south, size);
  return { size, column: first, columns, row, rows: rowOf(box.north, size) - row + 1 };
}

/** How many cells of a level a box touches. */
export function countCells(level: number, box: Box): number {
  const { columns, rows } = spanOf(level, box);
  return columns * rows;
}

/** The cells of a level that a box touches, each once. */
export function* cellsOf(level: number, box: Box): Generator<number, void> {
  const { size, column, columns, row, rows } = spanOf(level, box);
  for (let y = row; y < row + rows; y++) {
    for (let x = 0; x < columns; x++) yield y * size + ((column + x) % size);
  }
}

/** The finest level whose cells are as large as the box, so that the box touches at most 2 × 2 of them. */
export function levelFor(box: Box): number {
  const extent = Math.max(widthOf(box), box.north - box.south, 1e-9);
  return Math.max(0, Math.min(MAX_LEVEL, Math.floor(Math.log2(360 / extent))));
}

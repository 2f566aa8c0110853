import { normalizeLon } from "#geo";
import type { FenceGeometry } from "#wire";
import { bits, column, row } from "./cells.ts";

/** Bits of the column and of the row that the order goes by: squares of some 600 m. */
const kept = 16;
/** So many fences at most are ordered: their index and the square must fit into the 53 bits of a double. */
const most = 2 ** 21;

/**
 * The order in which many fences are best put, as their indices: along a Z-curve by their first positions, so that
 * what lies near each other on the globe does so in memory. More than two million stay as they are. It only makes loading and judging faster.
 */
export function byPlace(fences: readonly { readonly geometry: FenceGeometry }[]): Uint32Array {
  const order = new Uint32Array(fences.length);
  // One number for square and index, because numbers are sorted much faster than by a comparison.
  const keys = new Float64Array(fences.length);
  for (const [i, { geometry }] of fences.entries())
    keys[i] = fences.length <= most ? curve(geometry) * most + i : i;
  keys.sort();
  for (const [i, key] of keys.entries()) order[i] = fences.length <= most ? key % most : key;
  return order;
}

function curve(geometry: FenceGeometry): number {
  const at = firstPosition(geometry);
  const x = spread(column(normalizeLon(at[0] ?? 0)) >>> (bits - kept));
  return (x | (spread(row(at[1] ?? 0) >>> (bits - kept)) << 1)) >>> 0;
}

/**
 * Each depth is read by code of its own: where V8 sees one place in the code read lists of numbers and lists of lists,
 * it turns the former into the latter's kind, number by number an object, for good.
 */
function firstPosition(geometry: FenceGeometry): readonly number[] {
  if (geometry.type === "Point") return geometry.coordinates;
  if (geometry.type === "LineString") return geometry.coordinates[0] ?? [];
  if (geometry.type === "Polygon") return geometry.coordinates[0]?.[0] ?? [];
  return geometry.coordinates[0]?.[0]?.[0] ?? [];
}

/** Puts a zero before each of 16 bits. */
function spread(value: number): number {
  let v = value;
  v = (v | (v << 8)) & 0x00ff_00ff;
  v = (v | (v << 4)) & 0x0f0f_0f0f;
  v = (v | (v << 2)) & 0x3333_3333;
  return (v | (v << 1)) & 0x5555_5555;
}

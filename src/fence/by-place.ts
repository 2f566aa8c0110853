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
  if (fences.length > most) return Uint32Array.from(fences.keys());
  // One number for both, because numbers are sorted much faster than by a comparison.
  const keys = Float64Array.from(fences, ({ geometry }, i) => curve(geometry) * most + i);
  return Uint32Array.from(keys.sort(), (key) => key % most);
}

function curve(geometry: FenceGeometry): number {
  let at: unknown = geometry.coordinates;
  while (Array.isArray(at) && Array.isArray(at[0])) at = at[0];
  const [lon = 0, lat = 0] = at as readonly number[];
  const x = spread(column(normalizeLon(lon)) >>> (bits - kept));
  return (x | (spread(row(lat) >>> (bits - kept)) << 1)) >>> 0;
}

/** Puts a zero before each of 16 bits. */
function spread(value: number): number {
  let v = value;
  v = (v | (v << 8)) & 0x00ff_00ff;
  v = (v | (v << 4)) & 0x0f0f_0f0f;
  v = (v | (v << 2)) & 0x3333_3333;
  return (v | (v << 1)) & 0x5555_5555;
}

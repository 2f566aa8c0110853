/** The value below which a share `q` (0…1) of the values lies; NaN for none. Sorts in place. */
export function quantile(values: Float64Array, q: number): number {
  values.sort();
  return values.length === 0
    ? Number.NaN
    : (values[Math.min(values.length - 1, Math.floor(q * values.length))] ?? NaN);
}

/** The middle value; NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values), 0.5);
}

/** Rounds for people; keeps `digits` places. */
export function round(value: number, digits = 0): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

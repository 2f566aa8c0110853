import type { Degrees } from "./units.ts";

/** The same meridian with -180 ≤ lon < 180. Values already there come back bit for bit. */
export function normalizeLon(lon: Degrees): Degrees {
  if (lon >= -180 && lon < 180) return lon;
  const wrapped = lon - 360 * Math.floor((lon + 180) / 360);
  return wrapped >= 180 ? wrapped - 360 : wrapped;
}

/**
 * The longitude of the meridian `to` that is nearest to `from`, so that `from` → result is the short way round.
 * Exactly half a turn apart: `to` comes back normalised against `from` without leaving -180…180 where it can.
 * `from` may lie outside -180…180 (a longer track unwraps step by step).
 */
export function unwrapLon(from: Degrees, to: Degrees): Degrees {
  const delta = to - from;
  if (delta >= -180 && delta <= 180) return to;
  return to - 360 * Math.round(delta / 360);
}

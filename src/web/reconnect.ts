import type { Milliseconds } from "#geo";

/** The longest first wait, and the longest of all. */
const [FIRST, LONGEST]: readonly [Milliseconds, Milliseconds] = [800, 5_000];

/**
 * How long to wait before connecting again after so many tries in a row that failed: under a second at first, then
 * longer, up to a bound. `random` (0 ≤ r < 1) spreads those who lost the same server over three quarters of the wait.
 */
export function waitBefore(failed: number, random: number): Milliseconds {
  return Math.min(LONGEST, FIRST * 2 ** failed) * (0.25 + 0.75 * random);
}

import type { Milliseconds } from "#geo";

/** Numbers from 0 to below 1. */
export type Random = () => number;

/** How waiting grows. */
export interface Backoff {
  readonly first: Milliseconds;
  readonly longest: Milliseconds;
}

/**
 * How long to wait after so many failures in a row (from 1): `first` doubled each time up to `longest`, of which a
 * random part between a half and the whole, so that what failed together does not come back together.
 */
export function delayAfter(failures: number, { first, longest }: Backoff, random: Random): Milliseconds {
  const whole = Math.min(longest, first * 2 ** Math.min(failures - 1, 50));
  return whole * (0.5 + random() / 2);
}

import type { Degrees, MetersPerSecond, Milliseconds } from "#geo";

/** Longest glide: a marker is never further behind the truth than this. */
const longest: Milliseconds = 1_200;
/** Fixes further apart in device time than this have an unknown path between them. */
const longestGap: Milliseconds = 120_000;
/** Faster than this nothing flies; the marker jumps, as the data did. */
const fastest: MetersPerSecond = 1_500;

/**
 * How long a marker may take from one fix to the next: about as long as the fixes came apart, so that it arrives when
 * the next one is due. Zero, a jump, where a line between the two would be invented. Never ahead of the newest fix.
 * `gap`: device time from the one to the other. Plain numbers, because this runs for every position.
 */
export function glideTime(
  gap: Milliseconds,
  sinceLastFrame: Milliseconds,
  lonA: Degrees,
  latA: Degrees,
  lonB: Degrees,
  latB: Degrees,
): Milliseconds {
  if (gap <= 0 || gap > longestGap || sinceLastFrame <= 0) return 0;
  if (roughDistance(lonA, latA, lonB, latB) > (fastest * gap) / 1_000) return 0;
  return Math.min(longest, sinceLastFrame);
}

/** Metres on a sphere, flat-earth: good enough to tell a drive from a leap. */
function roughDistance(lonA: Degrees, latA: Degrees, lonB: Degrees, latB: Degrees): number {
  const lon = ((lonB - lonA + 540) % 360) - 180;
  const x = lon * Math.cos((((latA + latB) / 2) * Math.PI) / 180);
  return Math.hypot(x, latB - latA) * 111_195;
}

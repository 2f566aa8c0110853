import type { Fix } from "#wire";

const ascends = (fixes: readonly Fix[]): boolean => {
  let last = -Infinity;
  for (const { time } of fixes) {
    if (time <= last) return false;
    last = time;
  }
  return true;
};

/** Ascending by time, each time once: of several the first in the given order stays. */
export function oncePerTime(fixes: readonly Fix[]): readonly Fix[] {
  if (ascends(fixes)) return fixes;
  let last: number | undefined;
  return fixes
    .toSorted((a, b) => a.time - b.time)
    .filter(({ time }) => {
      const repeated = time === last;
      last = time;
      return !repeated;
    });
}

import { reportedOf } from "#track";
import type { Fix, Position } from "#wire";

/**
 * Takes out of stored fixes, ascending by time, what the track had computed from their neighbours of then, so that it
 * is computed from those of now. `before` is the live fix before the first.
 */
export function* asReported(
  before: Fix | undefined,
  fixes: Iterable<Fix>,
): Generator<Position, Fix | undefined> {
  let last = before;
  for (const fix of fixes) {
    yield reportedOf(last, fix);
    if (fix.late !== true && fix.outlier !== true) last = fix;
  }
  return last;
}

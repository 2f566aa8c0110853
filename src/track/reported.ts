import type { Fix, Position } from "#wire";
import { complete } from "./complete.ts";

/**
 * A stored fix as its device had reported it: without its flags, and without the speed and course that were computed
 * from `before`, the live fix before it. What was reported and equals the computed to the last digit is taken for
 * computed, which changes nothing.
 */
export function reportedOf(before: Fix | undefined, fix: Fix): Position {
  const { outlier, late, ...position } = fix;
  if (before === undefined || outlier === true || late === true || before.time >= fix.time) return position;
  const { speed, course, ...rest } = position;
  if (speed === undefined) return position;
  const computed = complete(before, rest);
  if (computed.speed !== speed) return position;
  return course === undefined || computed.course === course ? rest : { ...rest, course };
}

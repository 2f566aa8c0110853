import type { Fix, Position } from "#wire";

/** A stored fix as its device had reported it: without its flags, and without what was computed. */
export function reportedOf(fix: Fix): Position {
  const { outlier: _outlier, late: _late, computed = [], speed, course, ...position } = fix;
  return {
    ...position,
    ...(speed !== undefined && !computed.includes("speed") && { speed }),
    ...(course !== undefined && !computed.includes("course") && { course }),
  };
}

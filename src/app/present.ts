import type { FixLine } from "./files/fix-line.ts";

/**
 * Moves times into the present (`--now`): the first fix is now, and the gaps shrink with the speed, so that each
 * fix carries about the time at which it is sent. Two fixes of a device that differed still differ, by a
 * millisecond at least; duplicates stay duplicates.
 *
 * @param first time of the first fix of the file
 * @param start the moment it becomes, epoch milliseconds
 */
export function intoPresent(first: number, start: number, speed: number): (fix: FixLine) => FixLine {
  const lastOf = new Map<string, { from: number; to: number }>();
  return (fix) => {
    const last = lastOf.get(fix.device);
    let to = start + Math.round((fix.time - first) / speed);
    if (last !== undefined) to = fix.time === last.from ? last.to : Math.max(to, last.to + 1);
    lastOf.set(fix.device, { from: fix.time, to });
    const fields = JSON.parse(fix.line) as Record<string, unknown>;
    return { device: fix.device, time: fix.time, line: JSON.stringify({ ...fields, time: to }) };
  };
}

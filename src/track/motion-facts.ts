import type { Fact, Mark } from "#wire";
import type { MotionState } from "./motion.ts";

const none: readonly Fact[] = [];

/**
 * [WM1]…[WM3] What a `motion` watch hears of a fix: `stopped` or `moving`, when the motion is another one than before.
 * `before` is absent for the first fix of a device, which begins a motion and changes none.
 */
export function motionFacts(before: MotionState | undefined, after: MotionState, fix: Mark): readonly Fact[] {
  if (before === undefined || before.motion === after.motion) return none;
  const { motion: type, since: time } = after;
  const { lon, lat } = type === "stopped" ? after : setOffAt(before, fix);
  return [{ kind: "raise", type, time, fix: time, lon, lat }];
}

/** Where the first fix was that spoke of movement. An older record does not know; then it is the last one. */
const setOffAt = ({ turn }: MotionState, fix: Mark): Pick<Mark, "lon" | "lat"> =>
  typeof turn === "object" ? turn : fix;

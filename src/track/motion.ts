import type { Degrees, EpochMs } from "#geo";
import type { Motion, Position } from "#wire";
import { isBeyond } from "./beyond.ts";
import type { TrackConfig } from "./config.ts";

/** Fixes in a row that speak of movement, of a device that counts as stopped. */
interface Turn {
  /** Time and place of the first of them. */
  readonly since: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  /** How many there have been. */
  readonly fixes: number;
}

/** Whether a device moves, since when, and what might be about to change that. */
export interface MotionState {
  readonly motion: Motion;
  /** Device time at which the motion began. */
  readonly since: EpochMs;
  /** Stopped: where. Moving: the place near which it may be about to stop, since `at`. */
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly at: EpochMs;
  /** Stopped: what may become a movement. An older record holds only the time of one such fix. */
  readonly turn?: Turn | EpochMs;
}

/**
 * [TR8]…[TR10] Judges by places and by the speed that the device reports, never by a speed computed between two
 * fixes: over a second the noise of a parked receiver looks like a run. Stopping takes a minute near one place,
 * setting off three fixes in a row that say so, from further away than a stay may reach.
 */
export function judgeMotion(state: MotionState | undefined, at: Position, config: TrackConfig): MotionState {
  const fast = at.speed !== undefined && at.speed >= config.movingSpeed;
  if (state === undefined) return place(fast ? "moving" : "stopped", at.time, at);
  return state.motion === "moving"
    ? whileMoving(state, at, fast, config)
    : whileStopped(state, at, fast, config);
}

function whileMoving(state: MotionState, at: Position, fast: boolean, config: TrackConfig): MotionState {
  if (fast || isBeyond(state, at, config.stayWithin)) return place("moving", state.since, at);
  if (at.time - state.at < config.stoppedAfter) return state;
  const { lon, lat, at: since } = state;
  return { motion: "stopped", since, lon, lat, at: since };
}

function whileStopped(state: MotionState, at: Position, fast: boolean, config: TrackConfig): MotionState {
  const { motion, since, lon, lat, at: stay, turn } = state;
  // A receiver that knows how wrong it may be gets that much more room.
  const away = isBeyond(state, at, config.movedBy + (at.accuracy ?? 0));
  if (!fast && !away) return turn === undefined ? state : { motion, since, lon, lat, at: stay };
  const next = turned(turn, at);
  if (next.fixes >= config.movingFixes) return place("moving", next.since, at);
  return { motion, since, lon, lat, at: stay, turn: next };
}

/** The turn with one more fix. */
function turned(before: Turn | EpochMs | undefined, { time, lon, lat }: Position): Turn {
  if (before === undefined) return { since: time, lon, lat, fixes: 1 };
  // Nobody has kept the place of that first fix; this one is the nearest that is known.
  if (typeof before === "number") return { since: before, lon, lat, fixes: 2 };
  return { ...before, fixes: before.fixes + 1 };
}

const place = (motion: Motion, since: EpochMs, { time, lon, lat }: Position): MotionState => ({
  motion,
  since,
  lon,
  lat,
  at: time,
});

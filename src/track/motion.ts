import type { Degrees, EpochMs } from "#geo";
import type { Motion, Position } from "#wire";
import { isBeyond } from "./beyond.ts";
import type { TrackConfig } from "./config.ts";

/** Whether a device moves, since when, and what might be about to change that. */
export interface MotionState {
  readonly motion: Motion;
  /** Device time at which the motion began. */
  readonly since: EpochMs;
  /** Stopped: where. Moving: the place near which it may be about to stop, since `at`. */
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly at: EpochMs;
  /** Stopped: time of the last fix, if that one spoke of movement. */
  readonly turn?: EpochMs;
}

/**
 * [TR8]…[TR10] Judges by places and by the speed that the device reports, never by a speed computed between two
 * fixes: over a second the noise of a parked receiver looks like a run. Stopping takes a minute near one place,
 * setting off two fixes in a row that say so, from further away than a stay may reach.
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
  if (turn === undefined) return { motion, since, lon, lat, at: stay, turn: at.time };
  return place("moving", turn, at);
}

const place = (motion: Motion, since: EpochMs, { time, lon, lat }: Position): MotionState => ({
  motion,
  since,
  lon,
  lat,
  at: time,
});

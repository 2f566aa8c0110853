import { distance, type Degrees, type EpochMs } from "#geo";
import type { Motion } from "#wire";
import type { TrackConfig } from "./config.ts";

/** Whether a device moves, since when, and what might be about to change that. */
export interface MotionState {
  readonly motion: Motion;
  /** Device time at which the motion began. */
  readonly since: EpochMs;
  /** Moving: first fix of the present slow run. Stopped: first fix of the present fast run. */
  readonly turn?: EpochMs;
  /** Where it stopped; present while stopped. */
  readonly lon?: Degrees;
  readonly lat?: Degrees;
}

interface Sample {
  readonly time: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  readonly speed?: number;
}

/**
 * [TR8]…[TR10] Hysteresis in speed and time, so that noise of a parked receiver changes nothing: it takes a minute
 * of slow fixes to stop, and two fast fixes in a row or a real change of place to move again.
 */
export function judgeMotion(state: MotionState | undefined, fix: Sample, config: TrackConfig): MotionState {
  const speed = fix.speed ?? 0;
  if (state === undefined) return speed >= config.movingSpeed ? moving(fix.time) : stopped(fix, fix.time);
  return state.motion === "moving"
    ? whileMoving(state, fix, speed, config)
    : whileStopped(state, fix, speed, config);
}

function whileMoving(state: MotionState, fix: Sample, speed: number, config: TrackConfig): MotionState {
  if (speed >= config.stoppedSpeed) return state.turn === undefined ? state : moving(state.since);
  if (state.turn === undefined) return { motion: "moving", since: state.since, turn: fix.time };
  return fix.time - state.turn >= config.stoppedAfter ? stopped(fix, state.turn) : state;
}

function whileStopped(state: MotionState, fix: Sample, speed: number, config: TrackConfig): MotionState {
  const { since, lon = fix.lon, lat = fix.lat } = state;
  const fast = speed >= config.movingSpeed;
  if (fast && state.turn !== undefined) return moving(state.turn);
  if (distance(lon, lat, fix.lon, fix.lat) > config.movedBy) return moving(state.turn ?? fix.time);
  if (fast) return { motion: "stopped", since, lon, lat, turn: fix.time };
  return state.turn === undefined ? state : { motion: "stopped", since, lon, lat };
}

const moving = (since: EpochMs): MotionState => ({ motion: "moving", since });
const stopped = ({ lon, lat }: Sample, since: EpochMs): MotionState => ({
  motion: "stopped",
  since,
  lon,
  lat,
});

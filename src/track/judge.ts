import type { EpochMs } from "#geo";
import type { Fix, Mark, Position } from "#wire";
import { complete } from "./complete.ts";
import { trackDefaults, type TrackConfig } from "./config.ts";
import { judgeMotion, type MotionState } from "./motion.ts";
import { reachable } from "./outlier.ts";

/** All that is remembered of one device between fixes; plain JSON. */
export interface TrackState {
  /** Newest accepted device time, outliers included. */
  readonly newest: EpochMs;
  /** Newest fix that is no outlier: where the marker stands. */
  readonly fix: Fix;
  readonly motion: MotionState;
  /** Flagged fixes since then, each reachable from the one before. */
  readonly suspects?: readonly Mark[];
}

/** `live` moves the marker; `outlier` and `late` are stored only; `duplicate` changes nothing. */
export type Verdict = "live" | "outlier" | "late" | "duplicate";

/** What became of a position. */
export interface Tracked {
  readonly verdict: Verdict;
  readonly state: TrackState;
  readonly fix: Fix;
}

/** Where and when the newest accepted fix was, outliers included. */
export function lastPlace({ fix, suspects }: TrackState): Mark {
  return suspects?.at(-1) ?? fix;
}

/** Judges the next position of a device, in the order of arrival. Pure: `docs/spec/track.md` holds the rules. */
export function judgePosition(
  state: TrackState | undefined,
  position: Position,
  config: TrackConfig = trackDefaults,
): Tracked {
  if (state === undefined) {
    return {
      verdict: "live",
      fix: position,
      state: stateOf(position, judgeMotion(undefined, position, config)),
    };
  }
  const { time } = position;
  if (time === state.newest) return { verdict: "duplicate", fix: position, state };
  if (time < state.newest) return { verdict: "late", fix: { ...position, late: true }, state };
  if (!reachable(state.fix, position, config.maxSpeed)) return judgeOutlier(state, position, config);
  const fix = complete(state.fix, position);
  return { verdict: "live", fix, state: stateOf(fix, judgeMotion(state.motion, position, config)) };
}

/** [TR5] flags; [TR6] the last of enough consistent flagged fixes is the new anchor. */
function judgeOutlier(state: TrackState, position: Position, config: TrackConfig): Tracked {
  const fix: Fix = { ...position, outlier: true };
  const mark: Mark = { time: position.time, lon: position.lon, lat: position.lat };
  const last = state.suspects?.at(-1);
  const run = last && reachable(last, mark, config.maxSpeed) ? (state.suspects ?? []) : [];
  if (run.length + 1 >= config.reanchorFixes) {
    // Stored with its flag; as the new anchor it is no outlier any more.
    return { verdict: "live", fix, state: stateOf(position, judgeMotion(state.motion, position, config)) };
  }
  return { verdict: "outlier", fix, state: { ...state, newest: position.time, suspects: [...run, mark] } };
}

const stateOf = (fix: Fix, motion: MotionState): TrackState => ({ newest: fix.time, fix, motion });

import { normalizeLon, unwrapLon, type EpochMs, type MetersPerSecond, type Milliseconds } from "#geo";
import type { Fact, Judged, Mark, Raise } from "#wire";

/** What an `overspeed` watch asks for. */
export interface OverspeedWatch {
  readonly speed: MetersPerSecond;
  /** How long it must be exceeded; 0: a single fix is enough. */
  readonly seconds: number;
}

/** A live fix with its speed, reported or computed. */
export interface SpeedFix extends Mark {
  readonly speed?: MetersPerSecond;
}

/** A run of fixes that are all too fast; absent while there is none. Plain JSON. */
export interface OverspeedState {
  /** Time of the first fix of the run. */
  readonly fix: EpochMs;
  readonly raised: boolean;
}

/** Of a longer gap between two fast fixes nobody knows how fast it was gone through. */
const LONGEST_GAP: Milliseconds = 300_000;

const none: readonly Fact[] = [];
const idle: Judged<undefined> = { state: undefined, facts: none };

/**
 * [WO1]…[WO5] The next live fix of a device; `last` is the live fix before. `applies` is false where the watch is about a
 * fence and the device is not settled inside it.
 */
export function judgeOverspeed(
  state: OverspeedState | undefined,
  last: Mark | undefined,
  fix: SpeedFix,
  watch: OverspeedWatch,
  applies: boolean,
): Judged<OverspeedState | undefined> {
  if (!applies || fix.speed === undefined || fix.speed <= watch.speed) return idle;
  const goesOn = state !== undefined && last !== undefined && fix.time - last.time <= LONGEST_GAP;
  const first = goesOn ? state.fix : fix.time;
  if (goesOn && state.raised) return { state, facts: none };
  const due = first + watch.seconds * 1000;
  if (fix.time < due) return { state: goesOn ? state : { fix: first, raised: false }, facts: none };
  return { state: { fix: first, raised: true }, facts: [overspeed(first, due, goesOn ? last : fix, fix)] };
}

/** At `time`, interpolated between the two fixes around it. */
function overspeed(first: EpochMs, time: EpochMs, from: Mark, to: Mark): Raise {
  const share = to.time === from.time ? 1 : (time - from.time) / (to.time - from.time);
  // At the end itself its own place, bit for bit.
  const lon =
    share === 1 ? to.lon : normalizeLon(from.lon + share * (unwrapLon(from.lon, to.lon) - from.lon));
  const lat = share === 1 ? to.lat : from.lat + share * (to.lat - from.lat);
  return { kind: "raise", type: "overspeed", time, fix: first, lon, lat };
}

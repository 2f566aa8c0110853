import type { EpochMs } from "#geo";
import type { Fact, Judged, Mark, Raise } from "#wire";

/** What a `silent` watch asks for. */
export interface SilenceWatch {
  /** So long without a fix is a silence. */
  readonly seconds: number;
}

/** A silence that a timer has raised and no fix has confirmed or disproved; absent while there is none. Plain JSON. */
export interface SilenceState {
  /** Time of the fix after which it became silent. */
  readonly fix: EpochMs;
  /** The deadline that was raised. */
  readonly due: EpochMs;
}

const none: readonly Fact[] = [];
const unchanged: Judged<undefined> = { state: undefined, facts: none };

/** When the device will have been silent for long enough, or undefined when that has been raised already. */
export function silenceDue(
  state: SilenceState | undefined,
  last: Mark,
  { seconds }: SilenceWatch,
): EpochMs | undefined {
  return state?.fix === last.time ? undefined : last.time + seconds * 1000;
}

/** [WS2] Device time has come to `now` without a fix after `last`, the newest accepted one (outliers included). */
export function fireSilence(
  state: SilenceState | undefined,
  last: Mark,
  watch: SilenceWatch,
  now: EpochMs,
): Judged<SilenceState | undefined> {
  const due = silenceDue(state, last, watch);
  if (due === undefined || now < due) return { state, facts: none };
  return { state: { fix: last.time, due }, facts: [silent(last, due)] };
}

/** [WS2] [WS3] A fix at `time` has come, later than `last`, which was the newest accepted one before. */
export function judgeSilence(
  state: SilenceState | undefined,
  last: Mark | undefined,
  watch: SilenceWatch,
  time: EpochMs,
): Judged<undefined> {
  if (last === undefined) return unchanged;
  if (state?.fix === last.time) {
    if (time >= state.due) return unchanged;
    const { fix, due } = state;
    return { state: undefined, facts: [{ kind: "withdraw", type: "silent", time: due, fix }] };
  }
  const due = last.time + watch.seconds * 1000;
  return time < due ? unchanged : { state: undefined, facts: [silent(last, due)] };
}

const silent = ({ time: fix, lon, lat }: Mark, time: EpochMs): Raise => ({
  kind: "raise",
  type: "silent",
  time,
  fix,
  lon,
  lat,
});

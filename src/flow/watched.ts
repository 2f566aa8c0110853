import {
  type AbsenceState,
  beginAbsence,
  dropStay,
  type DwellState,
  dwellDue,
  fireAbsence,
  fireDwell,
  judgeAbsence,
  judgeDwell,
  type NextDeadline,
  type Seen,
} from "#fence";
import type { EpochMs } from "#geo";
import { inScope, nextDeadline } from "#rule";
import {
  fireSilence,
  judgeOverspeed,
  judgeSilence,
  lastPlace,
  motionFacts,
  type OverspeedState,
  silenceDue,
  type SilenceState,
  type TrackState,
} from "#track";
import type { Fence, FenceId, Fix, Judged, Mark, Watch, WatchId } from "#wire";
import type { Device } from "./device.ts";
import { type Asked, type Fact, factOf } from "./fact-finding.ts";
import type { Finding } from "./finding.ts";
import type { Workspace } from "./fleet.ts";
import type { WatchPlan } from "./watch-plan.ts";

/** What the watches of a workspace, and fences with a dwell time, know of one device; plain JSON, parts only where there is something to know. */
export interface Watched {
  readonly stays?: DwellState;
  readonly silences?: ByWatch<SilenceState>;
  readonly speeding?: ByWatch<OverspeedState>;
  readonly absences?: ByWatch<AbsenceState>;
}

type ByWatch<State> = Readonly<Record<WatchId, State>>;
type AbsentWatch = Extract<Watch, { readonly kind: "absent" }>;

/** Whose watches, and where it is. */
export type Who = Pick<Device, "id" | "groups" | "plan" | "handle" | "watched">;

/** A fix that is newer than all before, and what came of it. */
export interface Step {
  readonly fix: Fix;
  readonly before: TrackState | undefined;
  readonly after: TrackState;
  readonly crossings: readonly Finding[];
}

/** A step further. */
export interface Stepped {
  readonly watched: Watched | undefined;
  readonly facts: readonly Fact[];
}

/** Collects what the state machines of one device say. */
class Round {
  readonly facts: Fact[] = [];
  readonly #workspace: Workspace;
  readonly #place: Mark;

  constructor(workspace: Workspace, place: Mark) {
    this.#workspace = workspace;
    this.#place = place;
  }

  /** Notes the facts and answers the state. */
  take<State>({ state, facts }: Judged<State>, watch?: Watch): State {
    for (const fact of facts) this.facts.push(factOf(fact, this.#place, watch && this.#askedBy(watch)));
    return state;
  }

  #askedBy(watch: Watch): Asked {
    const fence = "fence" in watch ? watch.fence : undefined;
    const known = fence === undefined ? undefined : this.#workspace.fences.get(fence);
    return { watch: watch.id, ...(known && { fence: known.id, fenceVersion: known.version }) };
  }

  /** The states of the watches that have one now. */
  each<W extends Watch, State>(
    watches: readonly W[],
    before: ByWatch<State> | undefined,
    judge: (watch: W, state: State | undefined) => Judged<State | undefined>,
  ): ByWatch<State> | undefined {
    let states: Record<WatchId, State> | undefined;
    for (const watch of watches) {
      const state = this.take(judge(watch, before?.[watch.id]), watch);
      if (state !== undefined) (states ??= {})[watch.id] = state;
    }
    return states;
  }
}

/** What a fix means to the watches. */
export function watchStep(workspace: Workspace, who: Who, step: Step): Stepped {
  const { before, after, crossings, fix } = step;
  const plan = keepPlan(workspace, who);
  const { watched } = who;
  const last = before && lastPlace(before);
  // Where an outlier seems to be is nowhere; that it was sent is known.
  const seen: Seen = {
    fix: { ...markOf(after.fix), time: fix.time },
    ...(last && { last: markOf(before.fix) }),
  };
  const round = new Round(workspace, seen.fix);
  const stays = round.take(judgeDwell(watched?.stays ?? [], seen, movesOf(workspace, who, crossings)));
  const isInside = insideOf(workspace, who);
  const absences = round.each(plan.absent, watched?.absences, (watch, state) =>
    state === undefined || isLongGone(state, fix.time)
      ? { state: begin(watch, fix.time, isInside(watch.fence)), facts: [] }
      : judgeAbsence(state, seen, movesAt(crossings, watch.fence), deadlinesOf(watch)),
  );
  const silences = round.each(plan.silent, watched?.silences, (watch, state) =>
    judgeSilence(state, last, watch, fix.time),
  );
  const isLive = after.fix.time === fix.time;
  const speeding = isLive
    ? round.each(plan.overspeed, watched?.speeding, (watch, state) =>
        judgeOverspeed(
          state,
          before?.fix,
          after.fix,
          watch,
          watch.fence === undefined || isInside(watch.fence),
        ),
      )
    : watched?.speeding;
  if (isLive) {
    for (const watch of plan.motion) {
      const facts = motionFacts(before?.motion, after.motion, after.fix);
      round.take({ state: undefined, facts }, watch);
    }
  }
  return { watched: pack({ stays, silences, speeding, absences }, watched), facts: round.facts };
}

/** What the device's time having come to `now` means to them. */
export function watchTime(
  workspace: Workspace,
  who: Who & { readonly track: TrackState | undefined },
  now: EpochMs,
): Stepped {
  const { watched, track } = who;
  if (track === undefined) return { watched, facts: [] };
  const plan = keepPlan(workspace, who);
  const last = lastPlace(track);
  const round = new Round(workspace, track.fix);
  const stays = round.take(fireDwell(watched?.stays ?? [], track.fix, now));
  const silences = round.each(plan.silent, watched?.silences, (watch, state) =>
    fireSilence(state, { ...markOf(track.fix), time: last.time }, watch, now),
  );
  const absences = round.each(plan.absent, watched?.absences, (watch, state) =>
    state === undefined ? { state, facts: [] } : fireAbsence(state, track.fix, now, deadlinesOf(watch)),
  );
  const speeding = watched?.speeding;
  return { watched: pack({ stays, silences, speeding, absences }, watched), facts: round.facts };
}

/** The next device time at which a timer is due. */
export function nextDue(
  workspace: Workspace,
  who: Who & { readonly track: TrackState | undefined },
): EpochMs | undefined {
  const { watched, track } = who;
  if (track === undefined) return undefined;
  const plan = keepPlan(workspace, who);
  let due = watched?.stays === undefined ? undefined : dwellDue(watched.stays);
  const sooner = (other: EpochMs | undefined): void => {
    if (other !== undefined && (due === undefined || other < due)) due = other;
  };
  for (const watch of plan.silent) sooner(silenceDue(watched?.silences?.[watch.id], lastPlace(track), watch));
  for (const watch of plan.absent) sooner(watched?.absences?.[watch.id]?.next.due);
  return due;
}

/** After an edit of watches: those that are new begin to watch from where the device is. */
export function beginWatches(
  workspace: Workspace,
  who: Who & { readonly track: TrackState | undefined },
  now: EpochMs,
): Watched | undefined {
  const plan = keepPlan(workspace, who);
  const { watched, track } = who;
  if (track === undefined) return watched;
  const isInside = insideOf(workspace, who);
  const round = new Round(workspace, track.fix);
  const absences = round.each(plan.absent, watched?.absences, (watch, state) => ({
    state: state ?? begin(watch, track.newest, isInside(watch.fence)),
    facts: [],
  }));
  const kept = <State>(
    watches: readonly Watch[],
    states: ByWatch<State> | undefined,
  ): ByWatch<State> | undefined => round.each(watches, states, (_, state) => ({ state, facts: [] }));
  // Who had been silent for long when the watch was made is not told of.
  const silences = round.each(plan.silent, watched?.silences, (watch, state) => ({
    state: state ?? (track.newest + watch.seconds * 1000 <= now ? { fix: track.newest, due: 0 } : undefined),
    facts: [],
  }));
  const parts = {
    stays: watched?.stays,
    silences,
    speeding: kept(plan.overspeed, watched?.speeding),
    absences,
  };
  return pack(parts, watched);
}

/** After an edit of a fence: a stay in it begins now, if the device is inside and the fence waits for it. */
export function stayAnew(
  { id, groups, watched, track, inside }: Pick<Device, "id" | "groups" | "watched" | "track" | "inside">,
  fenceId: FenceId,
  fence: Fence | undefined,
  now: EpochMs,
): Watched | undefined {
  const before = watched?.stays ?? [];
  const rest = dropStay(before, fenceId);
  const dwellSeconds = fence?.dwellSeconds ?? 0;
  const { silences, speeding, absences } = watched ?? {};
  const isIn = fence !== undefined && inside.includes(fenceId) && inScope(fence, id, groups);
  if (!isIn || dwellSeconds === 0 || track === undefined) {
    return pack({ stays: rest, silences, speeding, absences }, watched);
  }
  const { lon, lat } = track.fix;
  const { version: fenceVersion } = fence;
  const move = {
    type: "enter",
    fence: fenceId,
    fenceVersion,
    time: now,
    fix: track.newest,
    lon,
    lat,
    dwellSeconds,
  } as const;
  const { state: stays } = judgeDwell(rest, { fix: track.fix }, [move]);
  return pack({ stays, silences, speeding, absences }, watched);
}

function keepPlan({ watches }: Workspace, who: Who): WatchPlan {
  const plan = watches.planOf(who);
  who.plan = plan;
  return plan;
}

const markOf = ({ time, lon, lat }: Mark): Mark => ({ time, lon, lat });

/** Undefined when there is nothing to know; the same object when nothing has changed. */
function pack(
  parts: { readonly [Part in keyof Watched]-?: Watched[Part] | undefined },
  before: Watched | undefined,
): Watched | undefined {
  const { silences, speeding, absences } = parts;
  const stays = parts.stays?.length === 0 ? undefined : parts.stays;
  if (stays === undefined && silences === undefined && speeding === undefined && absences === undefined) {
    return undefined;
  }
  const isSame =
    before?.stays === stays &&
    before?.silences === silences &&
    before?.speeding === speeding &&
    before?.absences === absences;
  if (isSame) return before;
  return {
    ...(stays && { stays }),
    ...(silences && { silences }),
    ...(speeding && { speeding }),
    ...(absences && { absences }),
  };
}

/** Membership as the engine knows it, looked up when somebody asks. */
function insideOf({ engine }: Workspace, { handle }: Who): (fence: FenceId) => boolean {
  let inside: readonly FenceId[] | undefined;
  return (fence) => (inside ??= engine.state(handle).inside).includes(fence);
}

function movesOf(
  { fences }: Workspace,
  who: Who,
  crossings: readonly Finding[],
): Parameters<typeof judgeDwell>[2] {
  return crossings.flatMap((crossing) => {
    const { type, fence, fenceVersion = 0, time, fix, lon, lat } = crossing;
    if (fence === undefined || (type !== "enter" && type !== "exit")) return [];
    const { dwellSeconds, ...of } = fences.get(fence) ?? nobody;
    const move = { type, fence, fenceVersion, time, fix, lon, lat };
    return dwellSeconds === undefined || !inScope(of, who.id, who.groups)
      ? [move]
      : [{ ...move, dwellSeconds }];
  });
}

const nobody: Pick<Fence, "dwellSeconds" | "devices" | "groups"> = {};

function movesAt(crossings: readonly Finding[], fence: FenceId): Parameters<typeof judgeAbsence>[2] {
  return crossings.flatMap(({ type, fence: at, time }) =>
    at === fence && (type === "enter" || type === "exit" || type === "cross") ? [{ type, time }] : [],
  );
}

/** Of a device that was away for longer than this nobody asks on which days it was missing. */
const LONG_GONE = 31 * 86_400_000;

const isLongGone = ({ next }: AbsenceState, now: EpochMs): boolean => now - next.due > LONG_GONE;

/** A device is expected from the first deadline after what is known of it. */
const begin = (watch: AbsentWatch, after: EpochMs, inside: boolean): AbsenceState =>
  beginAbsence(deadlinesOf(watch)(after), inside);

function deadlinesOf(watch: AbsentWatch): NextDeadline {
  return (after) => {
    const { due, start } = nextDeadline(watch, after);
    return watch.from === undefined ? { due } : { due, from: start };
  };
}

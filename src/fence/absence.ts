import type { EpochMs } from "#geo";
import type { Fact, Judged, Mark, Raise } from "#wire";
import { placeAt, type Seen } from "./known-place.ts";

/** A time at which a device should be in the fence, or since `from` have been. */
export interface Deadline {
  readonly due: EpochMs;
  readonly from?: EpochMs;
}

/** The first deadline of a watch after a time. Answers a later one, always. */
export type NextDeadline = (after: EpochMs) => Deadline;

/** What is known of one deadline. */
export interface Expected extends Deadline {
  /** Settled inside, as of the last move that is not later than the deadline. */
  readonly inside: boolean;
  /** It was inside at some time since `from`, and has left. */
  readonly seen: boolean;
  /** The absence is raised. */
  readonly raised: boolean;
}

/** One device and one `absent` watch; plain JSON. */
export interface AbsenceState {
  readonly next: Expected;
  /** Deadlines gone by that a fix may still disprove, and the one before them; ascending. */
  readonly past: readonly Expected[];
}

/** A settled move of the device at the fence of the watch. */
export interface AbsenceMove {
  readonly type: "enter" | "exit" | "cross";
  readonly time: EpochMs;
}

/** So many deadlines of a device that is not heard of can still be disproved. */
const MOST_PAST = 31;

const none: readonly Fact[] = [];

/** [WA1] Begins to watch a device that has reported: `inside` is whether it is settled in the fence. */
export function beginAbsence(deadline: Deadline, inside: boolean): AbsenceState {
  return { next: expected(deadline, inside), past: [] };
}

/** [WA3] Device time has come to `now` without a fix after `last`. */
export function fireAbsence(
  state: AbsenceState,
  last: Mark,
  now: EpochMs,
  next: NextDeadline,
): Judged<AbsenceState> {
  return now < state.next.due ? { state, facts: none } : judge(state, { fix: last }, now, [], next);
}

/** [WA2]…[WA6] A fix has come; `moves` are what it settled at the fence of the watch, in order of time. */
export function judgeAbsence(
  state: AbsenceState,
  seen: Seen,
  moves: readonly AbsenceMove[],
  next: NextDeadline,
): Judged<AbsenceState> {
  const now = seen.fix.time;
  if (moves.length === 0 && now < state.next.due && state.past.length < 2) return { state, facts: none };
  const judged = judge(state, seen, now, moves, next);
  return { ...judged, state: forgetProven(judged.state, now) };
}

function judge(
  state: AbsenceState,
  seen: Seen,
  now: EpochMs,
  moves: readonly AbsenceMove[],
  after: NextDeadline,
): Judged<AbsenceState> {
  const facts: Fact[] = [];
  const past: Expected[] = [];
  const settle = (known: Expected): void => {
    past.push({ ...known, raised: !isMet(known) });
    if (isMet(known) === known.raised)
      facts.push(known.raised ? withdrawn(known.due) : absent(known.due, seen));
  };
  for (const known of state.past) settle(moved(known, moves));
  let { next } = state;
  for (;;) {
    const known = moved(next, moves);
    if (now < known.due) return { state: { next: known, past: past.slice(-MOST_PAST) }, facts };
    settle(known);
    const deadline = after(next.due);
    if (!(deadline.due > next.due))
      throw new RangeError(`next deadline ${deadline.due}, expected after ${next.due}`);
    // As it was before these moves, which the new deadline has yet to see.
    next = expected(deadline, next.inside);
  }
}

const expected = ({ due, from }: Deadline, inside: boolean): Expected => ({
  due,
  ...(from !== undefined && { from }),
  inside,
  seen: false,
  raised: false,
});

/** [WA2] */
const isMet = ({ inside, seen }: Expected): boolean => inside || seen;

/** What moves tell of a deadline; those after it tell nothing. */
function moved(known: Expected, moves: readonly AbsenceMove[]): Expected {
  let { inside, seen } = known;
  for (const { type, time } of moves) {
    // Who leaves at the very time of the deadline was there.
    if (type === "exit" ? time >= known.due : time > known.due) continue;
    // Somebody who leaves was there until then; a visit that ended before the window does not count.
    if (known.from !== undefined && time >= known.from && (type !== "exit" || inside)) seen = true;
    if (type !== "cross") inside = type === "enter";
  }
  return inside === known.inside && seen === known.seen ? known : { ...known, inside, seen };
}

/** Keeps the deadlines that lie after the newest fix, and the last before it: a move may be settled fixes later. */
function forgetProven(state: AbsenceState, now: EpochMs): AbsenceState {
  const proven = state.past.filter(({ due }) => due <= now).length;
  return proven < 2 ? state : { next: state.next, past: state.past.slice(proven - 1) };
}

const withdrawn = (due: EpochMs): Fact => ({ kind: "withdraw", type: "absent", time: due, fix: due });

function absent(due: EpochMs, seen: Seen): Raise {
  const { lon, lat } = placeAt(seen, due);
  return { kind: "raise", type: "absent", time: due, fix: due, lon, lat };
}

import type { Degrees, EpochMs } from "#geo";
import type { Fact, FenceId, Judged, Mark, Raise } from "#wire";
import { placeAt, type Seen } from "./known-place.ts";

/** A device in a fence that waits for it to stay. */
export interface Stay {
  readonly fence: FenceId;
  readonly fenceVersion: number;
  /** Time and place of the enter. */
  readonly since: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  /** As of the enter. */
  readonly fix: EpochMs;
  readonly due: EpochMs;
  /** The dwell is raised. */
  readonly raised: boolean;
}

/** The stays of one device, at most one a fence, in the order in which they began; plain JSON, empty for most. */
export type DwellState = readonly Stay[];

/** A settled enter or exit, as the fence engine gives it. */
export interface FenceMove {
  readonly type: "enter" | "exit";
  readonly fence: FenceId;
  readonly fenceVersion: number;
  readonly time: EpochMs;
  readonly fix: EpochMs;
  readonly lon: Degrees;
  readonly lat: Degrees;
  /** `dwellSeconds` of the fence; an enter without it, or with 0, begins no stay. */
  readonly dwellSeconds?: number;
}

const none: readonly Fact[] = [];

/** The next deadline that is not raised yet; undefined when there is none. */
export function dwellDue(state: DwellState): EpochMs | undefined {
  let due: EpochMs | undefined;
  for (const stay of state) if (!stay.raised && (due === undefined || stay.due < due)) due = stay.due;
  return due;
}

/** [WD2] Device time has come to `now` without a fix after `last`. */
export function fireDwell(state: DwellState, last: Mark, now: EpochMs): Judged<DwellState> {
  return raiseDue(state, { fix: last }, now, none);
}

/**
 * [WD1]…[WD5] What a fix did to the fences, `moves` in order of time (none for most fixes), and what its time shows of
 * the stays that go on.
 */
export function judgeDwell(state: DwellState, seen: Seen, moves: readonly FenceMove[]): Judged<DwellState> {
  if (moves.length === 0)
    return state.length === 0 ? { state, facts: none } : raiseDue(state, seen, seen.fix.time, none);
  let stays = state;
  const facts: Fact[] = [];
  for (const move of moves) {
    const stay = stays.find(({ fence }) => fence === move.fence);
    if (stay !== undefined) {
      stays = stays.filter((other) => other !== stay);
      if (move.type === "exit") facts.push(...ended(stay, seen, move.time));
    }
    if (move.type === "enter" && move.dwellSeconds) stays = [...stays, begun(move, move.dwellSeconds)];
  }
  return raiseDue(stays, seen, seen.fix.time, facts);
}

/** Stays that no longer matter, because the fence is gone or waits no more, end without a word. */
export function dropStay(state: DwellState, fence: FenceId): DwellState {
  return state.some((stay) => stay.fence === fence) ? state.filter((stay) => stay.fence !== fence) : state;
}

const begun = (move: FenceMove, dwellSeconds: number): Stay => {
  const { fence, fenceVersion, time: since, lon, lat, fix } = move;
  return { fence, fenceVersion, since, lon, lat, fix, due: since + dwellSeconds * 1000, raised: false };
};

/** [WD3] [WD4] What an exit makes of a stay. */
function ended(stay: Stay, seen: Seen, exit: EpochMs): readonly Fact[] {
  const lasted = exit >= stay.due;
  if (lasted === stay.raised) return none;
  if (lasted) return [dwell(stay, seen)];
  const { fence, fenceVersion, fix, due: time } = stay;
  return [{ kind: "withdraw", type: "dwell", time, fix, fence, fenceVersion }];
}

/** Raises the stays that have lasted until `now`; `before` are the facts found already. */
function raiseDue(state: DwellState, seen: Seen, now: EpochMs, before: readonly Fact[]): Judged<DwellState> {
  const isDue = (stay: Stay): boolean => !stay.raised && stay.due <= now;
  if (!state.some(isDue)) return { state, facts: inOrder(before) };
  const facts = [...before, ...state.filter(isDue).map((stay) => dwell(stay, seen))];
  return {
    state: state.map((stay) => (isDue(stay) ? { ...stay, raised: true } : stay)),
    facts: inOrder(facts),
  };
}

const inOrder = (facts: readonly Fact[]): readonly Fact[] =>
  facts.length < 2 ? facts : facts.toSorted((a, b) => a.time - b.time);

/** [WD5] */
function dwell(stay: Stay, seen: Seen): Raise {
  const { fence, fenceVersion, fix, due: time } = stay;
  const known = placeAt(seen, time);
  // A fix that came before the stay, or after its deadline, says less about it than the enter.
  const { lon, lat } = known.time < stay.since || known.time > time ? stay : known;
  return { kind: "raise", type: "dwell", time, fix, fence, fenceVersion, lon, lat };
}

import type { EpochMs } from "#geo";
import type { Mark } from "#wire";
import { byCodePoints } from "./code-points.ts";
import type { Member } from "./proximity-member.ts";
import { LONGEST_GAP, LONGEST_HOLD, type Tail } from "./proximity-tail.ts";

/** Two have come near, or have parted: what an event says, and when it was found. */
export interface Turn extends Mark {
  readonly type: "proximity" | "apart";
  /** The first fix of either that is not before it. */
  readonly fix: EpochMs;
  /** The fix that it was found with. */
  readonly shown: EpochMs;
}

/** Two devices that are near, or were within the memory. */
export interface Pair {
  /** `a` comes first by code points. */
  readonly a: Member;
  readonly b: Member;
  near: boolean;
  /** Up to here they have been judged while they were near, or up to when they parted: nothing before is judged again. */
  until: EpochMs;
  /** That showed their last `proximity`, and their last `apart`. */
  fix: EpochMs;
  parted: EpochMs;
  /** Within the memory, and the last two before it; in the order in which they were found. */
  turns: Turn[];
}

/** Rough bytes of a pair with a turn or two. */
export const PAIR_BYTES = 320;

/** No pair is remembered by more turns. */
const MOST_TURNS = 64;

/** A new pair, known to nobody yet. */
export function pairOf(one: Member, two: Member, until: EpochMs): Pair {
  const [a, b] = byCodePoints(one.device, two.device) < 0 ? [one, two] : [two, one];
  return { a, b, near: false, until, fix: -1, parted: -1, turns: [] };
}

/** From now on every fix of the two is judged for it, and it is remembered. */
export function keepPair(pair: Pair): void {
  const { a, b } = pair;
  a.pairs.set(b, pair);
  b.pairs.set(a, pair);
  a.met.set(b, pair);
  b.met.set(a, pair);
}

/** Fixes of the two are not judged for it any more unless they meet again; what it was is remembered. */
export function restPair({ a, b }: Pair): void {
  a.pairs.delete(b);
  b.pairs.delete(a);
}

/** Forgets a pair. */
export function forgetPair(pair: Pair): void {
  const { a, b } = pair;
  restPair(pair);
  a.met.delete(b);
  b.met.delete(a);
  if (!pair.near) return;
  a.near--;
  b.near--;
}

/** Has a pair parted, and can no fix be about a time any more for which it has been judged? */
export function isOver({ a, b, near, until }: Pair): boolean {
  if (near) return false;
  const [one, two] = [a.tail.newest, b.tail.newest];
  return Math.min(one, two) > until || Math.max(one, two) - LONGEST_GAP > until;
}

/** Is nothing of a pair of any interest for what comes after a time? */
export const isLongOver = ({ near, turns }: Pair, time: EpochMs): boolean =>
  !near && (turns.at(-1)?.shown ?? -Infinity) < time;

/** Adds a turn, and forgets those of before a time. */
export function addTurn(pair: Pair, turn: Turn, since: EpochMs): void {
  pair.turns.push(turn);
  noteTurn(pair, turn);
  forgetTurns(pair, since);
}

/** The members know how long they may have to look for turns. */
export function noteTurn({ a, b }: Pair, { shown }: Turn): void {
  if (shown > a.turned) a.turned = shown;
  if (shown > b.turned) b.turned = shown;
}

/** Forgets the turns of before a time but the last two, which say how it was then, and the oldest of too many. */
export function forgetTurns({ turns }: Pair, since: EpochMs = -Infinity): void {
  let old = 0;
  while (turns.length - old > MOST_TURNS || (turns[old + 2]?.shown ?? Infinity) < since) old++;
  if (old > 0) turns.splice(0, old);
}

/** How a pair was when its members had the fixes of these views, all of them older than `time`; undefined when it was none. */
export function pairBefore(
  known: Pair | undefined,
  time: EpochMs,
  [a, b]: readonly [Member, Member],
): Pair | undefined {
  const turns = known?.turns ?? [];
  const at = turns.findLastIndex(({ shown }) => shown < time);
  const last = turns[at];
  if (last === undefined) return undefined;
  const near = last.type === "proximity";
  const [met, left] = near ? [last, turns[at - 1]] : [turns[at - 1], last];
  const pair = pairOf(a, b, near ? knownTo(a.tail, b.tail) : partedUntil(last));
  pair.near = near;
  pair.fix = met?.fix ?? -1;
  pair.parted = left?.fix ?? -1;
  return pair;
}

/** Up to when two that are near have been judged. */
export function knownTo(a: Tail, b: Tail): EpochMs {
  return Math.min(Math.max(a.newest, b.newest), heldTo(a), heldTo(b));
}

const heldTo = (tail: Tail): EpochMs =>
  tail.length > 0 && tail.isStopped(tail.length - 1) ? tail.newest + LONGEST_HOLD : tail.newest;

/** Up to when two that have parted have been judged: they were beyond by then, for times are rounded. */
export const partedUntil = ({ time }: Turn): EpochMs => time + 1;

import type { EpochMs } from "#geo";
import { Member } from "./proximity-member.ts";
import {
  forgetPair,
  forgetTurns,
  keepPair,
  noteTurn,
  pairBefore,
  type Pair,
  pairOf,
  restPair,
  isOver,
  type Turn,
} from "./proximity-pair.ts";
import { factOf, type PairJudge } from "./proximity-pairs.ts";
import type { ProximityFact } from "./proximity-types.ts";

/** From when on two are judged again, and from when on nothing of their motion is another than it was. */
export interface Span {
  readonly from: EpochMs;
  readonly same: EpochMs;
}

/**
 * Judges two members again from a time on, as if all their fixes had come in the order of their times (of one time, first
 * those of the first by code points): what later ones show is not known yet when an earlier one is judged.
 *
 * ```
 *  a   •────•───┊•────•            the fixes before `from` are known
 *  b  •───•     ┊  •────•─────•    these come: a b a b b
 * ```
 * Tells what is another than it was. `known` is the pair that they have or had.
 */
export function judgePairAgain(
  judge: PairJudge,
  members: readonly [Member, Member],
  known: Pair | undefined,
  { from, same }: Span,
): readonly ProximityFact[] {
  const replay = new Replay(judge, members, known, from);
  const kept = replay.run(same);
  const before = known?.turns.filter(({ shown }) => shown >= from && shown < kept) ?? [];
  const facts = changesOf(before, replay.turns, known ?? pairOf(...members, 0));
  settle(known, members, replay, { from, kept });
  return facts;
}

class Replay {
  readonly turns: Turn[] = [];
  pair: Pair | undefined;
  readonly #judge: PairJudge;
  readonly #known: Pair | undefined;
  readonly #real: readonly [Member, Member];
  /** The two as they were. */
  readonly #then: readonly [Member, Member];

  constructor(
    judge: PairJudge,
    [one, two]: readonly [Member, Member],
    known: Pair | undefined,
    from: EpochMs,
  ) {
    const { a, b } = known ?? pairOf(one, two, 0);
    this.#judge = judge;
    this.#known = known;
    this.#real = [a, b];
    this.#then = [before(a, from, known), before(b, from, known)];
    this.pair = pairBefore(known, from, this.#then);
    if (this.pair === undefined) return;
    keepPair(this.pair);
    if (!this.pair.near) return;
    for (const member of this.#then) member.near++;
  }

  /** Goes through the fixes; answers from when on everything is as it was, Infinity if nothing is. */
  run(same: EpochMs): EpochMs {
    for (;;) {
      const next = this.#next();
      if (next === Infinity) return Infinity;
      // All of one time are judged before anybody asks how it is then.
      if (this.#hasPassed(same, next) && this.#isAsBefore(next)) return next;
      for (const k of [0, 1] as const) {
        const [real, then] = [this.#real[k], this.#then[k]];
        if (then.tail.length < real.tail.length && real.tail.time(then.tail.length) === next) this.#push(k);
      }
    }
  }

  /** Time of the next fix. */
  #next(): EpochMs {
    let next = Infinity;
    for (const [k, { tail }] of this.#real.entries()) {
      const known = this.#then[k]?.tail.length ?? 0;
      if (known < tail.length) next = Math.min(next, tail.time(known));
    }
    return next;
  }

  #push(k: 0 | 1): void {
    const [member, other] = [this.#then[k], this.#then[1 - k]];
    if (other === undefined) return;
    member.tail.length++;
    const facts: ProximityFact[] = [];
    this.#judge.begin(member, facts);
    this.pair = this.#judge.judge(other, this.pair);
    // It has those of this fix at its end.
    if (facts.length > 0) this.turns.push(...(this.pair?.turns.slice(-facts.length) ?? []));
  }

  /** Is what comes about a time only from which on the motion of both is the one that it was? */
  #hasPassed(same: EpochMs, next: EpochMs): boolean {
    return next > same && this.#then.every(({ tail }) => tail.newest >= same);
  }

  #isAsBefore(time: EpochMs): boolean {
    const was = pairBefore(this.#known, time, this.#then);
    const is = this.pair;
    if (is === undefined || was === undefined) {
      // One that has parted, and about whose time no fix can be any more, is like none.
      const one = is ?? was;
      return one === undefined || (!one.near && this.#then.every(({ tail }) => tail.newest >= one.until));
    }
    return is.near === was.near && is.fix === was.fix && is.parted === was.parted && is.until === was.until;
  }
}

/** A member with the fixes that are older than a time. */
function before(member: Member, time: EpochMs, known: Pair | undefined): Member {
  let length = member.tail.after(time);
  while (length > 0 && member.tail.time(length - 1) >= time) length--;
  const then = new Member(member.device, -1, member.side, member.tail.view(length));
  then.near = member.near - (known?.near === true ? 1 : 0);
  return then;
}

/** Withdrawals, revisions and what is new. */
function changesOf(was: readonly Turn[], is: readonly Turn[], pair: Pair): ProximityFact[] {
  const facts: ProximityFact[] = [];
  const isOf =
    ({ type, fix }: Turn) =>
    (other: Turn) =>
      other.type === type && other.fix === fix;
  for (const turn of was) if (!is.some(isOf(turn))) facts.push(factOf("withdraw", pair, turn));
  for (const turn of is) {
    const old = was.find(isOf(turn));
    if (old === undefined) facts.push(factOf("raise", pair, turn));
    else if (old.time !== turn.time || old.lon !== turn.lon || old.lat !== turn.lat)
      facts.push(factOf("revise", pair, turn));
    if (old !== undefined && old.shown !== turn.shown) facts.push(factOf("reshow", pair, turn));
  }
  return facts;
}

/** Makes the pair what it turned out to be; `kept`: from when on its turns are those that it had. */
function settle(
  known: Pair | undefined,
  [one, two]: readonly [Member, Member],
  { pair: is, turns }: Replay,
  { from, kept }: { readonly from: EpochMs; readonly kept: EpochMs },
): void {
  if (known === undefined && is === undefined) return;
  const pair = known ?? pairOf(one, two, -Infinity);
  pair.turns = [
    ...pair.turns.filter(({ shown }) => shown < from),
    ...turns,
    ...pair.turns.filter(({ shown }) => shown >= kept),
  ];
  for (const turn of turns) noteTurn(pair, turn);
  forgetTurns(pair);
  if (kept === Infinity) {
    const by = Number(is?.near === true) - Number(pair.near);
    pair.a.near += by;
    pair.b.near += by;
    pair.near = is?.near === true;
    pair.fix = is?.fix ?? -1;
    pair.parted = is?.parted ?? -1;
    pair.until = is?.until ?? -Infinity;
  }
  if (pair.turns.length === 0 && !pair.near) forgetPair(pair);
  else keepPair(pair);
  if (isOver(pair)) restPair(pair);
}

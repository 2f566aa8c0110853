import type { EpochMs, Meters } from "#geo";
import type { Fact } from "#wire";
import { byCodePoints } from "./code-points.ts";
import type { Member, Pair } from "./proximity-member.ts";
import { Ruler } from "./proximity-ruler.ts";
import { Stretch } from "./proximity-stretch.ts";
import { LONGEST_HOLD } from "./proximity-tail.ts";

/**
 * Judges what the newest fix of one member shows about others: over the way to it, and over the time for which the member
 * is held there, wherever the motion of the other one is known.
 *
 * ```
 *  member        •━━━━━━━━━━━━━•╍╍╍╍╍╍╍╍╍╍   new: the way, and the hold if it has stopped
 *  other     •───────•────•──────•           remembered
 *                ╰───┴────┴────┴─╯           stretches, judged one after the other
 * ```
 */
export class PairJudge {
  /** Pairs that were not made because one of the two had enough. */
  passedOver = 0;
  readonly #radius: Meters;
  readonly #parted: Meters;
  readonly #maxNear: number;
  readonly #ruler: Ruler = new Ruler();
  readonly #stretch: Stretch = new Stretch(this.#ruler);
  #facts: Fact[] = [];
  #member: Member;
  #other: Member;
  #pair: Pair | undefined;
  /** Of the member: index of its newest fix, when that was, up to when it is held there, and when the news begin. */
  #newestFix = 0;
  #newest: EpochMs = 0;
  #heldUntil: EpochMs = 0;
  #start: EpochMs = 0;

  constructor(radius: Meters, exitMargin: Meters, maxNear: number, nobody: Member) {
    this.#radius = radius;
    this.#parted = radius + exitMargin;
    this.#maxNear = maxNear;
    this.#member = nobody;
    this.#other = nobody;
  }

  /** Turns to a member that has a new fix. The facts that are found from now on go to the end of `facts`. */
  begin(member: Member, facts: Fact[]): void {
    const { tail } = member;
    const i = tail.length - 1;
    const isWay = tail.isWay(i - 1);
    this.#member = member;
    this.#facts = facts;
    this.#newestFix = i;
    this.#newest = tail.time(i);
    this.#heldUntil = tail.isStopped(i) ? this.#newest + LONGEST_HOLD : this.#newest;
    this.#start = isWay ? tail.time(i - 1) : this.#newest;
    this.#ruler.fit(tail.lat(isWay ? i - 1 : i), tail.lat(i), this.#parted);
  }

  /** When the news of the member begin: what others did before does not matter. */
  get start(): EpochMs {
    return this.#start;
  }

  /** Judges the member with another one; `known` is their pair, if they have one. */
  judge(other: Member, known: Pair | undefined): void {
    const { tail } = other;
    const last = tail.length - 1;
    const start = this.#start;
    if (last < 0 || tail.endOf(last) < start) return;
    this.#other = other;
    this.#pair = known;
    const newest = this.#newest;
    const held = this.#heldUntil;
    // Later than both newest fixes nothing moves.
    const end = Math.max(newest, tail.time(last));
    for (let j = tail.at(start); j <= last && tail.time(j) <= held; j++) {
      const from = tail.time(j);
      const to = Math.min(end, tail.endOf(j));
      const shownBy = Math.min(end, tail.shownBy(j));
      if (start < newest) {
        const [s, e] = [from > start ? from : start, to < newest ? to : newest];
        if (s <= e) this.#step(this.#newestFix - 1, j, s, e, Math.min(newest, shownBy));
      }
      if (start === newest || end > newest) {
        const [s, e] = [from > newest ? from : newest, to < held ? to : held];
        if (s <= e) this.#step(this.#newestFix, j, s, e, held > newest ? shownBy : newest);
      }
    }
  }

  /** One stretch: the motions that begin at fix `i` of the member and `j` of the other; `fix` shows what happens in it. */
  #step(i: number, j: number, from: EpochMs, to: EpochMs, fix: EpochMs): void {
    const known = this.#pair;
    const judged = known === undefined ? -Infinity : known.until;
    if (to <= judged) return;
    const stretch = this.#stretch;
    stretch.from = from > judged ? from : judged;
    stretch.to = to;
    stretch.setA(this.#member.tail, i);
    stretch.setC(this.#other.tail, j);
    let share = 0;
    if (!known?.near) {
      share = stretch.within(this.#radius, 0);
      if (share >= 0) this.#meet(this.#shownAt(share, fix), share);
    }
    const pair = this.#pair;
    if (!pair?.near) return;
    pair.until = to;
    share = stretch.beyond(this.#parted, share);
    if (share < 0) return;
    this.#part(pair, this.#shownAt(share, fix), share);
    // Only on ways that bend, near a pole, may they come back so soon.
    share = stretch.within(this.#radius, share);
    if (share >= 0) this.#meet(this.#shownAt(share, fix), share);
  }

  /** What is so at the beginning of a stretch is shown by the fix there, anything later by the one at its end. */
  #shownAt(share: number, end: EpochMs): EpochMs {
    return this.#stretch.timeAt(share) > this.#stretch.from ? end : this.#stretch.from;
  }

  #meet(fix: EpochMs, share: number): void {
    const member = this.#member;
    const other = this.#other;
    // A fix shows one meeting of a pair: events are told apart by it.
    if (this.#pair?.fix === fix) return;
    if (member.near >= this.#maxNear || other.near >= this.#maxNear) {
      this.passedOver++;
      return;
    }
    const pair = (this.#pair ??= pairOf(member, other, this.#stretch.to));
    pair.near = true;
    pair.fix = fix;
    pair.a.near++;
    pair.b.near++;
    this.#raise("proximity", pair, fix, share);
  }

  #part(pair: Pair, fix: EpochMs, share: number): void {
    pair.near = false;
    pair.a.near--;
    pair.b.near--;
    this.#raise("apart", pair, fix, share);
  }

  #raise(type: "proximity" | "apart", { a, b }: Pair, fix: EpochMs, share: number): void {
    const time = this.#stretch.timeAt(share);
    const place = this.#stretch.middleAt(share);
    this.#facts.push({ kind: "raise", type, time, fix, ...place, device: a.device, other: b.device });
  }
}

/** A new pair, known to both. */
export function pairOf(one: Member, two: Member, until: EpochMs): Pair {
  const [a, b] = byCodePoints(one.device, two.device) < 0 ? [one, two] : [two, one];
  const pair: Pair = { a, b, near: false, until, fix: -1 };
  a.pairs.set(b, pair);
  b.pairs.set(a, pair);
  return pair;
}

/** Forgets a pair. */
export function dropPair(pair: Pair): void {
  const { a, b } = pair;
  a.pairs.delete(b);
  b.pairs.delete(a);
  if (!pair.near) return;
  a.near--;
  b.near--;
}

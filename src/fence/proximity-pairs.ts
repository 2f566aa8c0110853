import type { EpochMs, Meters, Milliseconds } from "#geo";
import type { Member } from "./proximity-member.ts";
import { addTurn, keepPair, type Pair, pairOf, partedUntil, type Turn } from "./proximity-pair.ts";
import { Ruler } from "./proximity-ruler.ts";
import { Stretch } from "./proximity-stretch.ts";
import { LONGEST_HOLD } from "./proximity-tail.ts";
import type { ProximityFact } from "./proximity-types.ts";

/** What a pair is judged by. */
export interface Bounds {
  readonly radius: Meters;
  readonly exitMargin: Meters;
  readonly maxNear: number;
  /** So far back turns are remembered. */
  readonly memory: Milliseconds;
}

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
  readonly #memory: Milliseconds;
  readonly #ruler: Ruler = new Ruler();
  readonly #stretch: Stretch = new Stretch(this.#ruler);
  #facts: ProximityFact[] = [];
  #member: Member;
  #other: Member;
  #pair: Pair | undefined;
  /** Of the member: index of its newest fix, when that was, up to when it is held there, and when the news begin. */
  #newestFix = 0;
  #newest: EpochMs = 0;
  #heldUntil: EpochMs = 0;
  #start: EpochMs = 0;
  /** Is there a fix of one of the two at the beginning of the stretch? */
  #beginsAtFix = true;
  /** Time of the newest fix of the two. */
  #shown: EpochMs = 0;

  constructor({ radius, exitMargin, maxNear, memory }: Bounds, nobody: Member) {
    this.#radius = radius;
    this.#parted = radius + exitMargin;
    this.#maxNear = maxNear;
    this.#memory = memory;
    this.#member = nobody;
    this.#other = nobody;
  }

  /** Turns to a member that has a new fix. The facts that are found from now on go to the end of `facts`. */
  begin(member: Member, facts: ProximityFact[]): void {
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

  /** Judges the member with another one; `known` is their pair, if they have one. Answers the pair that they are now. */
  judge(other: Member, known: Pair | undefined): Pair | undefined {
    const { tail } = other;
    const last = tail.length - 1;
    const start = this.#start;
    if (last < 0 || tail.endOf(last) < start) return known;
    this.#other = other;
    this.#pair = known;
    const newest = this.#newest;
    const held = this.#heldUntil;
    // Later than both newest fixes nothing moves.
    const end = Math.max(newest, tail.time(last));
    this.#shown = end;
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
    return this.#pair;
  }

  /** One stretch: the motions that begin at fix `i` of the member and `j` of the other; `fix` shows what happens in it. */
  #step(i: number, j: number, from: EpochMs, to: EpochMs, fix: EpochMs): void {
    const known = this.#pair;
    const judged = known === undefined ? -Infinity : known.until;
    if (to <= judged) return;
    const stretch = this.#stretch;
    stretch.from = from > judged ? from : judged;
    // Where two have parted no fix is.
    this.#beginsAtFix = from >= judged || known?.near === true;
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
    if (pair.near) return;
    // Only on ways that bend, near a pole, may they come back so soon.
    share = stretch.within(this.#radius, share);
    if (share >= 0) this.#meet(this.#shownAt(share, fix), share);
    if (pair.near) pair.until = to;
  }

  /** What is so at the beginning of a stretch is shown by the fix there, anything later by the one at its end. */
  #shownAt(share: number, end: EpochMs): EpochMs {
    const { from } = this.#stretch;
    return this.#beginsAtFix && this.#stretch.timeAt(share) <= from ? from : end;
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
    keepPair(pair);
    pair.near = true;
    pair.fix = fix;
    member.near++;
    other.near++;
    this.#turn("proximity", pair, fix, share);
  }

  #part(pair: Pair, fix: EpochMs, share: number): void {
    // And one parting: the next one shows that they have parted.
    if (pair.parted === fix) return;
    pair.parted = fix;
    pair.near = false;
    pair.a.near--;
    pair.b.near--;
    this.#turn("apart", pair, fix, share);
  }

  #turn(type: Turn["type"], pair: Pair, fix: EpochMs, share: number): void {
    const time = this.#stretch.timeAt(share);
    const turn = { type, time, fix, ...this.#stretch.middleAt(share), shown: this.#shown };
    if (type === "apart") pair.until = partedUntil(turn);
    addTurn(pair, turn, this.#shown - this.#memory);
    this.#facts.push(factOf("raise", pair, turn));
  }
}

/** What happens to a turn of a pair. */
export function factOf(kind: ProximityFact["kind"], { a, b }: Pair, turn: Turn): ProximityFact {
  const { type, time, fix, lon, lat, shown } = turn;
  return { kind, type, time, fix, lon, lat, shown, device: a.device, other: b.device };
}

import type { EpochMs, Meters, Milliseconds } from "#geo";
import type { DeviceId } from "#wire";
import { byCodePoints } from "./code-points.ts";
import { judgePairAgain, type Span } from "./proximity-again.ts";
import { WayIndex } from "./proximity-index.ts";
import { Member, MEMBER_BYTES } from "./proximity-member.ts";
import {
  forgetPair,
  isLongOver,
  isOver,
  keepPair,
  knownTo,
  noteTurn,
  PAIR_BYTES,
  pairOf,
  restPair,
  type Turn,
} from "./proximity-pair.ts";
import { PairJudge } from "./proximity-pairs.ts";
import { LONGEST_GAP, type Tail } from "./proximity-tail.ts";
import type {
  Proximity,
  ProximityFact,
  ProximityFix,
  ProximityMember,
  ProximityMemberState,
  ProximityOptions,
  ProximityPairState,
  Side,
} from "./proximity-types.ts";

/** Narrower cells would split the steps of ordinary vehicles into many. */
const NARROWEST_CELL: Meters = 250;
/** Cells of so many radii: a circle then lies in four of them at most. */
const CELL_RADII = 2;
const MOST_NEAR = 1_000;
const HORIZON: Milliseconds = 600_000;
/** Every so often of a member's time what it has met is looked through. */
const SWEEP: Milliseconds = 60_000;

const none: readonly ProximityFact[] = [];

/** A watch without members. */
export function createProximity(options: ProximityOptions): Proximity {
  return new Watched(options);
}

class Watched implements Proximity {
  readonly #radius: Meters;
  readonly #horizon: Milliseconds;
  readonly #memory: Milliseconds;
  readonly #members: Map<DeviceId, Member> = new Map();
  readonly #index: WayIndex;
  readonly #pairs: PairJudge;
  /** Who waits for a device to be taken in again, to be its pair. */
  readonly #awaiting: Map<DeviceId, Member[]> = new Map();
  #question = 0;

  constructor({ radius, exitMargin, cell, maxNear, horizon }: ProximityOptions) {
    this.#radius = radius;
    this.#horizon = horizon ?? HORIZON;
    // The way to a fix may have begun so much earlier.
    this.#memory = this.#horizon + LONGEST_GAP;
    this.#index = new WayIndex(cell ?? Math.max(NARROWEST_CELL, CELL_RADII * radius), this.#memory);
    const bounds = { radius, exitMargin, maxNear: maxNear ?? MOST_NEAR, memory: this.#memory };
    this.#pairs = new PairJudge(bounds, new Member("", -1, 3));
  }

  get figures(): Proximity["figures"] {
    let pairs = 0;
    let bytes = this.#index.bytes;
    for (const member of this.#members.values()) {
      pairs += member.near / 2;
      bytes += MEMBER_BYTES + member.tail.data.byteLength + 32 * member.buckets.length;
      bytes += (PAIR_BYTES * member.met.size) / 2;
    }
    return { members: this.#members.size, pairs, passedOver: this.#pairs.passedOver, bytes };
  }

  enlist(device: DeviceId, side: Side, state?: ProximityMemberState): void {
    const known = this.#members.get(device);
    if (known !== undefined) {
      known.side = side;
      for (const pair of known.met.values()) if (!pair.a.meets(pair.b)) forgetPair(pair);
      return;
    }
    const member = new Member(device, this.#index.reserve(), side);
    this.#members.set(device, member);
    this.#index.add(member);
    if (state !== undefined) this.#restore(member, state);
    for (const waiting of this.#awaiting.get(device) ?? []) this.#rejoin(waiting, member);
    this.#awaiting.delete(device);
  }

  dismiss(device: DeviceId): void {
    const member = this.#members.get(device);
    if (member === undefined) return;
    for (const pair of member.met.values()) forgetPair(pair);
    this.#index.release(member);
    this.#members.delete(device);
  }

  judge(device: DeviceId, fix: ProximityFix): readonly ProximityFact[] {
    const member = this.#members.get(device);
    if (member === undefined) return none;
    if (!(fix.time > member.tail.newest))
      throw new RangeError(`fix at ${fix.time} of ${device}, expected one after ${member.tail.newest}`);
    member.tail.push(fix);
    this.#index.extend(member);
    if (fix.time >= member.sweepAt) this.#sweep(member);
    const facts: ProximityFact[] = [];
    const ahead = this.#judgeNews(member, facts);
    for (const other of ahead) this.#judgeAgain(member, other, { from: fix.time, same: Infinity }, facts);
    return facts.length > 1 ? facts.sort(inOrder) : facts;
  }

  amend(device: DeviceId, after: EpochMs, fixes: readonly ProximityFix[]): readonly ProximityFact[] {
    const member = this.#members.get(device);
    if (member === undefined) return none;
    const { tail } = member;
    const remembered = tail.isCut ? fixes.filter(({ time }) => time >= tail.time(0)) : fixes;
    let first = tail.after(after);
    let k = 0;
    for (let fix = remembered[k]; fix !== undefined && tail.isAt(first, fix); fix = remembered[k]) {
      first++;
      k++;
    }
    const changed = remembered.slice(k);
    const is = changed[0]?.time ?? Infinity;
    const was = first < tail.length ? tail.time(first) : Infinity;
    const from = Math.min(is, was);
    if (from === Infinity) return none;
    const same = firstOfEnd(tail, first, changed);
    const tailBefore = member.tail.newest;
    this.#index.replace(member, first, changed);
    const facts: ProximityFact[] = [];
    for (const other of this.#concerned(member, from, Math.min(same, Math.max(tailBefore, tail.newest))))
      this.#judgeAgain(member, other, { from, same }, facts);
    return facts.length > 1 ? facts.sort(inOrder) : facts;
  }

  near(device: DeviceId): readonly DeviceId[] {
    const member = this.#members.get(device);
    const near: DeviceId[] = [];
    for (const [other, pair] of member?.pairs ?? []) if (pair.near) near.push(other.device);
    return near.sort(byCodePoints);
  }

  memberState(device: DeviceId, fixes: number = Infinity): ProximityMemberState | undefined {
    const member = this.#members.get(device);
    if (member === undefined) return undefined;
    const pairs = [...member.awaited];
    for (const { a, b, near, until, fix, parted, turns } of member.met.values())
      if (a === member) pairs.push({ other: b.device, near, until, fix, parted, turns });
    const cut = member.tail.isCut || member.tail.length > fixes;
    return { fixes: member.tail.fixes(fixes), ...(cut && { cut }), pairs };
  }

  state(fixes: number = Infinity): readonly ProximityMember[] {
    return [...this.#members.values()].map(({ device, side }) => ({
      device,
      side,
      state: this.memberState(device, fixes) ?? { fixes: [], pairs: [] },
    }));
  }

  /**
   * Judges what the newest fix of a member shows about others, those that it has a pair with and those that may have been near
   * its new way. Answers whose fixes have come further: they have been judged without this one.
   */
  #judgeNews(member: Member, facts: ProximityFact[]): readonly Member[] {
    const ahead: Member[] = [];
    this.#pairs.begin(member, facts);
    const question = ++this.#question;
    member.asked = question;
    for (const pair of member.pairs.values()) {
      const other = pair.a === member ? pair.b : pair.a;
      other.asked = question;
      if (this.#isBehind(member, other)) ahead.push(other);
      else {
        this.#pairs.judge(other, pair);
        if (isOver(pair)) restPair(pair);
      }
    }
    const { proposed } = this.#index;
    this.#index.propose(member, member.tail.length - 1, this.#radius, this.#pairs.start);
    for (let k = 0; k < this.#index.count; k++) {
      const other = proposed[k];
      if (other === undefined || other.asked === question) continue;
      other.asked = question;
      if (!member.meets(other)) continue;
      if (this.#isBehind(member, other)) ahead.push(other);
      else this.#pairs.judge(other, member.met.get(other));
    }
    if (member.turned >= member.tail.newest) this.#addTurned(member, ahead);
    return ahead;
  }

  /** Those as well with whom a member has turned later than its newest fix, wherever that is. */
  #addTurned(member: Member, ahead: Member[]): void {
    for (const [other, pair] of member.met) {
      if (other.asked === this.#question || isLongOver(pair, member.tail.newest)) continue;
      if (this.#isBehind(member, other)) ahead.push(other);
    }
  }

  /** Would the newest fix of a member have come before the newest of another one, had both come in time? */
  #isBehind(member: Member, other: Member): boolean {
    const by = other.tail.newest - member.tail.newest;
    if (by === 0) return byCodePoints(member.device, other.device) < 0;
    return by > 0 && by <= this.#horizon;
  }

  /** With whom the member may have met or parted because its fixes from a time up to another one have changed. */
  #concerned(member: Member, from: EpochMs, to: EpochMs): readonly Member[] {
    const { tail } = member;
    const question = ++this.#question;
    member.asked = question;
    const others: Member[] = [];
    const note = (other: Member | undefined): void => {
      if (other === undefined || other.asked === question) return;
      other.asked = question;
      if (member.meets(other)) others.push(other);
    };
    for (const [other, pair] of member.met) if (!isLongOver(pair, from)) note(other);
    const { proposed } = this.#index;
    const last = Math.min(tail.length - 1, tail.after(to));
    for (let i = Math.max(0, tail.after(from) - 2); i <= last; i++) {
      this.#index.propose(member, i, this.#radius, tail.time(Math.max(0, i - 1)));
      for (let k = 0; k < this.#index.count; k++) note(proposed[k]);
    }
    return others;
  }

  #judgeAgain(member: Member, other: Member, span: Span, facts: ProximityFact[]): void {
    facts.push(...judgePairAgain(this.#pairs, [member, other], member.met.get(other), span));
  }

  #sweep(member: Member): void {
    const { newest } = member.tail;
    member.sweepAt = newest + SWEEP;
    for (const pair of member.met.values()) {
      const latest = Math.max(pair.a.tail.newest, pair.b.tail.newest);
      if (isOver(pair) && isLongOver(pair, latest - this.#memory)) forgetPair(pair);
    }
  }

  #restore(member: Member, state: ProximityMemberState): void {
    for (const fix of state.fixes) {
      member.tail.push(fix);
      this.#index.extend(member);
    }
    if (state.cut) member.tail.isCut = true;
    member.awaited = [...state.pairs];
    for (const { other } of state.pairs) {
      const known = this.#members.get(other);
      if (known !== undefined) this.#rejoin(member, known);
      else this.#awaiting.set(other, [...(this.#awaiting.get(other) ?? []), member]);
    }
  }

  /** Makes the pair again that a member had with another one. */
  #rejoin(member: Member, other: Member): void {
    const state = member.awaited.find((one) => one.other === other.device);
    // The member may have been dismissed and its name given to a new one meanwhile.
    if (state === undefined || this.#members.get(member.device) !== member) return;
    member.awaited = member.awaited.filter((one) => one !== state);
    if (!member.meets(other)) return;
    // A stored state of two that are near may be older than their newest fixes.
    const pair = pairOf(member, other, state.near ? knownTo(member.tail, other.tail) : state.until);
    pair.near = state.near;
    pair.fix = state.fix;
    pair.parted = state.parted;
    pair.turns = turnsOf(state, member.tail);
    for (const turn of pair.turns) noteTurn(pair, turn);
    keepPair(pair);
    if (pair.near) {
      member.near++;
      other.near++;
    }
    if (isOver(pair)) restPair(pair);
  }
}

/** The turns of a pair; of the oldest one nothing may be known but that it must have been. */
function turnsOf({ near, fix, turns }: ProximityPairState, tail: Tail): Turn[] {
  const met: Turn = { type: "proximity", time: fix, fix, lon: tail.lon(0), lat: tail.lat(0), shown: fix };
  if (turns.length === 0) return near ? [met] : [];
  return turns[0]?.type === "proximity" ? [...turns] : [{ ...met, time: 0, fix: 0, shown: 0 }, ...turns];
}

/** Time of the first of the fixes at the end that are the same in a tail, behind its first `keep` ones, and in a list. */
function firstOfEnd(tail: Tail, keep: number, fixes: readonly ProximityFix[]): EpochMs {
  let same = Infinity;
  let i = tail.length - 1;
  for (let k = fixes.length - 1; k >= 0 && i >= keep; k--, i--) {
    const fix = fixes[k];
    if (fix === undefined || !tail.isAt(i, fix)) break;
    same = fix.time;
  }
  return same;
}

const rank = { withdraw: 0, revise: 1, reshow: 2, raise: 3 } as const;

/** What is not so first, then what is another, then what is new; each by time. */
const inOrder = (a: ProximityFact, b: ProximityFact): number =>
  rank[a.kind] - rank[b.kind] ||
  a.time - b.time ||
  byCodePoints(a.device, b.device) ||
  byCodePoints(a.other, b.other);

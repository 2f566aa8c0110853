import type { Meters } from "#geo";
import type { DeviceId, Fact } from "#wire";
import { byCodePoints } from "./code-points.ts";
import { WayIndex } from "./proximity-index.ts";
import { Member, MEMBER_BYTES, PAIR_BYTES, type Pair } from "./proximity-member.ts";
import { dropPair, PairJudge, pairOf } from "./proximity-pairs.ts";
import { MEMORY } from "./proximity-tail.ts";
import type {
  Proximity,
  ProximityFix,
  ProximityMember,
  ProximityMemberState,
  ProximityOptions,
  Side,
} from "./proximity-types.ts";

/** Narrower cells would split the steps of ordinary vehicles into many. */
const NARROWEST_CELL: Meters = 250;
/** Cells of so many radii: a circle then lies in four of them at most. */
const CELL_RADII = 2;
const MOST_NEAR = 1_000;

const none: readonly Fact[] = [];

/** A watch without members. */
export function createProximity(options: ProximityOptions): Proximity {
  return new Watched(options);
}

class Watched implements Proximity {
  readonly #radius: Meters;
  readonly #members: Map<DeviceId, Member> = new Map();
  readonly #index: WayIndex;
  readonly #pairs: PairJudge;
  /** Who waits for a device to be taken in again, to be its pair. */
  readonly #awaiting: Map<DeviceId, Member[]> = new Map();
  #question = 0;

  constructor({ radius, exitMargin, cell, maxNear }: ProximityOptions) {
    this.#radius = radius;
    this.#index = new WayIndex(cell ?? Math.max(NARROWEST_CELL, CELL_RADII * radius));
    this.#pairs = new PairJudge(radius, exitMargin, maxNear ?? MOST_NEAR, new Member("", -1, 3));
  }

  get figures(): Proximity["figures"] {
    let pairs = 0;
    let bytes = this.#index.bytes;
    for (const member of this.#members.values()) {
      pairs += member.near / 2;
      bytes += MEMBER_BYTES + member.tail.data.byteLength + 32 * member.buckets.length;
      bytes += (PAIR_BYTES * member.pairs.size) / 2;
    }
    return { members: this.#members.size, pairs, passedOver: this.#pairs.passedOver, bytes };
  }

  enlist(device: DeviceId, side: Side, state?: ProximityMemberState): void {
    const known = this.#members.get(device);
    if (known !== undefined) {
      known.side = side;
      for (const pair of known.pairs.values()) if (!pair.a.meets(pair.b)) dropPair(pair);
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
    for (const pair of member.pairs.values()) dropPair(pair);
    this.#index.release(member);
    this.#members.delete(device);
  }

  judge(device: DeviceId, fix: ProximityFix): readonly Fact[] {
    const member = this.#members.get(device);
    if (member === undefined) return none;
    if (!(fix.time > member.tail.newest))
      throw new RangeError(`fix at ${fix.time} of ${device}, expected one after ${member.tail.newest}`);
    member.tail.push(fix);
    this.#index.extend(member);
    const facts: Fact[] = [];
    this.#pairs.begin(member, facts);
    const question = ++this.#question;
    member.asked = question;
    for (const pair of member.pairs.values()) {
      const other = pair.a === member ? pair.b : pair.a;
      other.asked = question;
      this.#pairs.judge(other, pair);
      if (isOver(pair)) dropPair(pair);
    }
    this.#askAround(member, question);
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
    for (const { a, b, near, until, fix } of member.pairs.values())
      if (a === member) pairs.push({ other: b.device, near, until, fix });
    return { fixes: member.tail.fixes(fixes), pairs };
  }

  state(fixes: number = Infinity): readonly ProximityMember[] {
    return [...this.#members.values()].map(({ device, side }) => ({
      device,
      side,
      state: this.memberState(device, fixes) ?? { fixes: [], pairs: [] },
    }));
  }

  /** Judges the member with all who may have been near its new way, except those with whom it has a pair. */
  #askAround(member: Member, question: number): void {
    const { proposed } = this.#index;
    this.#index.propose(member, this.#radius, this.#pairs.start);
    for (let k = 0; k < this.#index.count; k++) {
      const other = proposed[k];
      if (other === undefined || other.asked === question) continue;
      other.asked = question;
      if (member.meets(other)) this.#pairs.judge(other, undefined);
    }
  }

  #restore(member: Member, state: ProximityMemberState): void {
    for (const fix of state.fixes) {
      member.tail.push(fix);
      this.#index.extend(member);
    }
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
    const pair = pairOf(member, other, state.until);
    pair.near = state.near;
    pair.fix = state.fix;
    if (!pair.near) return;
    member.near++;
    other.near++;
  }
}

/** Has a pair parted, and can no fix be about a time any more for which it has been judged? */
function isOver({ a, b, near, until }: Pair): boolean {
  if (near) return false;
  const [one, two] = [a.tail.newest, b.tail.newest];
  return Math.min(one, two) > until || Math.max(one, two) - MEMORY > until;
}

const inOrder = (a: Fact, b: Fact): number =>
  a.time - b.time ||
  byCodePoints(a.device ?? "", b.device ?? "") ||
  byCodePoints(a.other ?? "", b.other ?? "");

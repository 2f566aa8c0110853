import type { EpochMs } from "#geo";
import type { DeviceId } from "#wire";
import { Tail } from "./proximity-tail.ts";
import type { ProximityPairState, Side } from "./proximity-types.ts";

/** Two devices that are near, or have parted so lately that a fix on its way may be about that time. */
export interface Pair {
  /** `a` comes first by code points. */
  readonly a: Member;
  readonly b: Member;
  near: boolean;
  /** Up to here they have been judged while they were near: nothing before is judged again. */
  until: EpochMs;
  /** That showed their last `proximity`. */
  fix: EpochMs;
}

/** A device as a watch knows it. */
export class Member {
  readonly device: DeviceId;
  /** Its number in the index; that of a dismissed device is given anew. */
  readonly index: number;
  side: Side;
  readonly tail: Tail = new Tail();
  /** By the other one. */
  readonly pairs: Map<Member, Pair> = new Map();
  /** How many pairs are near. */
  near = 0;
  /** The last question that has come across it. */
  asked = 0;
  /** States of pairs whose other one has not been taken in again. */
  awaited: ProximityPairState[] = [];
  /** Buckets of the index that it is in, and its entries there. */
  readonly buckets: number[] = [];
  readonly entries: number[] = [];

  constructor(device: DeviceId, index: number, side: Side) {
    this.device = device;
    this.index = index;
    this.side = side;
  }

  /** Are the two on sides that meet? */
  meets(other: Member): boolean {
    return (
      ((this.side & 1) !== 0 && (other.side & 2) !== 0) || ((this.side & 2) !== 0 && (other.side & 1) !== 0)
    );
  }
}

/** Rough bytes of a member, besides its fixes and buckets, and of a pair. */
export const MEMBER_BYTES = 400;
export const PAIR_BYTES = 120;

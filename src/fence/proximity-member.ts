import type { EpochMs } from "#geo";
import type { DeviceId } from "#wire";
import type { Pair } from "./proximity-pair.ts";
import { Tail } from "./proximity-tail.ts";
import type { ProximityPairState, Side } from "./proximity-types.ts";

/** A device as a watch knows it. */
export class Member {
  readonly device: DeviceId;
  /** Its number in the index; that of a dismissed device is given anew. */
  readonly index: number;
  side: Side;
  readonly tail: Tail;
  /** Pairs that every fix is judged for, by the other one: near, or parted so lately that a fix may be about that time. */
  readonly pairs: Map<Member, Pair> = new Map();
  /** Those, and others that have turned within the memory. */
  readonly met: Map<Member, Pair> = new Map();
  /** How many pairs are near. */
  near = 0;
  /** When its last turn was shown. */
  turned: EpochMs = -Infinity;
  /** The last question that has come across it. */
  asked = 0;
  /** When `met` is looked through next for what can be forgotten. */
  sweepAt: EpochMs = -Infinity;
  /** States of pairs whose other one has not been taken in again. */
  awaited: ProximityPairState[] = [];
  /** Buckets of the index that it is in, and its entries there. */
  readonly buckets: number[] = [];
  readonly entries: number[] = [];

  constructor(device: DeviceId, index: number, side: Side, tail: Tail = new Tail()) {
    this.device = device;
    this.index = index;
    this.side = side;
    this.tail = tail;
  }

  /** Are the two on sides that meet? */
  meets(other: Member): boolean {
    return (
      ((this.side & 1) !== 0 && (other.side & 2) !== 0) || ((this.side & 2) !== 0 && (other.side & 1) !== 0)
    );
  }
}

/** Rough bytes of a member, besides its fixes and buckets. */
export const MEMBER_BYTES = 480;

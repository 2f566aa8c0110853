import type { EpochMs, Meters, Milliseconds } from "#geo";
import type { DeviceId, Mark } from "#wire";

/** A live fix of a member. */
export interface ProximityFix extends Mark {
  /** The device stands: it is taken to stay at this place for up to an hour without a fix. */
  readonly stopped: boolean;
}

/** On which side of a watch a device is: 1 of its scope, 2 of `others`, 3 both. Without `others` every member is 3. */
export type Side = 1 | 2 | 3;

/**
 * Something that two devices did. `raise`: it is so. `withdraw`: it is not so after all. `revise`: the same with another
 * time or place; `reshow`: the same, shown by another fix.
 */
export interface ProximityFact extends Mark {
  readonly kind: "raise" | "withdraw" | "revise" | "reshow";
  readonly type: "proximity" | "apart";
  /** The first of the two by code points. */
  readonly device: DeviceId;
  readonly other: DeviceId;
  /** The first fix of either that is not before it: with it and the devices it is told from others of its type. */
  readonly fix: EpochMs;
  /** The fix that it was found with. */
  readonly shown: EpochMs;
}

/** When two came near or parted; plain JSON. */
export type ProximityTurn = Omit<ProximityFact, "kind" | "device" | "other">;

/** What is known of two devices; plain JSON. */
export interface ProximityPairState {
  /** The later of the two by code points; the state belongs to the earlier one. */
  readonly other: DeviceId;
  readonly near: boolean;
  /** Up to here they have been judged while they were near. */
  readonly until: EpochMs;
  /** `fix` of their last `proximity`, and of their last `apart`; -1 when there was none. */
  readonly fix: EpochMs;
  readonly parted: EpochMs;
  /** What they did within the memory, in the order in which it was found. */
  readonly turns: readonly ProximityTurn[];
}

/** What of a member must survive a restart; plain JSON. */
export interface ProximityMemberState {
  /** The newest fixes, ascending by time. */
  readonly fixes: readonly ProximityFix[];
  /** There were more. */
  readonly cut?: true;
  readonly pairs: readonly ProximityPairState[];
}

/** A member with its state. */
export interface ProximityMember {
  readonly device: DeviceId;
  readonly side: Side;
  readonly state: ProximityMemberState;
}

/** What a `proximity` watch asks for, and bounds. */
export interface ProximityOptions {
  readonly radius: Meters;
  readonly exitMargin: Meters;
  /** Width of the cells of the index; chosen from the radius unless set. */
  readonly cell?: Meters;
  /** Most devices that one may be near to at once, 1,000 unless set. Further ones are passed over until one has parted. */
  readonly maxNear?: number;
  /** How far a fix may be behind others, of its own device or another one, and still be judged in its place; 10 minutes unless set. */
  readonly horizon?: Milliseconds;
}

/** The members of one `proximity` watch. No clock, no I/O; the same calls give the same answers. */
export interface Proximity {
  /**
   * Takes a device in, with the state that it had before a restart, or moves it to another side. Pairs of which the sides
   * do not meet any more are dropped without a fact.
   */
  enlist(device: DeviceId, side: Side, state?: ProximityMemberState): void;
  /** Forgets a device and its pairs, without a fact. */
  dismiss(device: DeviceId): void;
  /**
   * The next live fix of a device, later than its last one (throws otherwise). Answers what it shows, by time; nothing for a
   * device that is no member. Who stores states stores those of both devices.
   */
  judge(device: DeviceId, fix: ProximityFix): readonly ProximityFact[];
  /**
   * The live fixes of a device behind a time are these, ascending. Answers what that changes: withdrawals first, then
   * revisions, then what is new.
   */
  amend(device: DeviceId, after: EpochMs, fixes: readonly ProximityFix[]): readonly ProximityFact[];
  /** Devices that are near, ascending. */
  near(device: DeviceId): readonly DeviceId[];
  /** State of a member, its newest `fixes` fixes (all unless set). */
  memberState(device: DeviceId, fixes?: number): ProximityMemberState | undefined;
  /** State of all members; `enlist` them again after a restart. */
  state(fixes?: number): readonly ProximityMember[];
  /** Members; pairs that are near; pairs passed over because of `maxNear`; bytes held, estimated. */
  readonly figures: {
    readonly members: number;
    readonly pairs: number;
    readonly passedOver: number;
    readonly bytes: number;
  };
}

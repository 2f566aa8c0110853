import type { EpochMs, Milliseconds } from "#geo";

/** A client may be so far ahead of its bytes: a snapshot, and the frame after it, leave at once. */
const AHEAD: Milliseconds = 2_000;

/** How often, and with how many bytes a second, positions go to one client. */
export interface BudgetLimits {
  /** Least time between two frames. */
  readonly every: Milliseconds;
  /** Bytes of frames of positions in a second. */
  readonly bytesPerSecond: number;
}

/** What one client may be sent of positions: past its budget frames come less often, and tell more of the newest each. */
export class Budget {
  limits: BudgetLimits;
  /** Up to here the bytes that were sent are paid for. */
  #paid: EpochMs = 0;

  constructor(limits: BudgetLimits) {
    this.limits = limits;
  }

  /** A frame of positions leaves. */
  spend(bytes: number, now: EpochMs): void {
    this.#paid = Math.max(this.#paid, now) + (bytes / this.limits.bytesPerSecond) * 1_000;
  }

  /** The earliest time of the frame after one that leaves now. */
  next(now: EpochMs): EpochMs {
    return Math.max(now + this.limits.every, this.#paid - AHEAD);
  }
}

import type { Meters, MetersPerSecond, Milliseconds } from "#geo";

/** Settings of the judgement of one device's fixes. */
export interface TrackConfig {
  /** A jump that needs more is an outlier. */
  readonly maxSpeed: MetersPerSecond;
  /** So many flagged fixes in a row, each reachable from the one before, become the new truth. */
  readonly reanchorFixes: number;
  /** A device that reports at least this speed does not stop, and may have set off. */
  readonly movingSpeed: MetersPerSecond;
  /** A device that stays within this of one place … */
  readonly stayWithin: Meters;
  /** … for so long has stopped there. */
  readonly stoppedAfter: Milliseconds;
  /** A stopped device this far from where it stopped may have set off; more than `stayWithin`. */
  readonly movedBy: Meters;
  /** So many fixes in a row that speak of movement set a stopped device off. */
  readonly movingFixes: number;
}

/** What applies unless it is set otherwise. */
export const trackDefaults: TrackConfig = {
  maxSpeed: 400,
  reanchorFixes: 3,
  movingSpeed: 1.5,
  stayWithin: 50,
  stoppedAfter: 60_000,
  movedBy: 100,
  movingFixes: 3,
};

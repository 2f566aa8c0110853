import type { Meters, MetersPerSecond, Milliseconds } from "#geo";

/** Settings of the judgement of one device's fixes. */
export interface TrackConfig {
  /** A jump that needs more is an outlier. */
  readonly maxSpeed: MetersPerSecond;
  /** So many flagged fixes in a row, each reachable from the one before, become the new truth. */
  readonly reanchorFixes: number;
  /** At or above it a device sets off. */
  readonly movingSpeed: MetersPerSecond;
  /** Below it a device may have stopped. */
  readonly stoppedSpeed: MetersPerSecond;
  /** So long it must stay slow to count as stopped. */
  readonly stoppedAfter: Milliseconds;
  /** Two fast fixes in a row, or this far from where it stopped: moving. */
  readonly movedBy: Meters;
}

/** What applies unless it is set otherwise. */
export const trackDefaults: TrackConfig = {
  maxSpeed: 400,
  reanchorFixes: 3,
  movingSpeed: 1.5,
  stoppedSpeed: 0.7,
  stoppedAfter: 60_000,
  movedBy: 100,
};

import type { EpochMs, Milliseconds } from "#geo";

/** Time from outside, so that tests own it. */
export interface Clock {
  now(): EpochMs;
  /** Runs `task` once, after `delay`; answers the way to cancel it. */
  after(delay: Milliseconds, task: () => void): () => void;
}

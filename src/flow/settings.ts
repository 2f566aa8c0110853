import type { Milliseconds } from "#geo";
import { trackDefaults, type TrackConfig } from "#track";

/** Bounds and habits of the flow. */
export interface FlowSettings {
  readonly track: TrackConfig;
  /** Device time within which a late fix has the past judged again. */
  readonly horizon: Milliseconds;
  /** A commit starts at once when the last one started longer ago, or it holds an edit; else it gathers until then. */
  readonly commitSpacing: Milliseconds;
  /** Fixes, events and edits judged and not yet committed at which the log has to wait. */
  readonly maxUncommitted: number;
  /** Positions of one log entry; larger submissions become several. */
  readonly entryPositions: number;
  /** First wait after a commit that failed; it doubles up to `retryAtMost`. */
  readonly retryFirst: Milliseconds;
  readonly retryAtMost: Milliseconds;
  /** How often what is durable is forgotten by the log. */
  readonly truncateEvery: Milliseconds;
  /** An edit waits so long for its commit; then it answers `storage_failed`, and may take effect later. */
  readonly editWithin: Milliseconds;
  /** `close` waits so long for a store that does not take commits; the rest stays in the log. */
  readonly closeWithin: Milliseconds;
  /** Timers that are due within this of each other fire together. */
  readonly tickSpacing: Milliseconds;
  /** A device counts as online so long after something of it was last logged. */
  readonly onlineFor: Milliseconds;
}

/** What applies unless it is set otherwise. */
export const flowDefaults: FlowSettings = {
  track: trackDefaults,
  horizon: 600_000,
  commitSpacing: 20,
  maxUncommitted: 100_000,
  entryPositions: 5_000,
  retryFirst: 100,
  retryAtMost: 5_000,
  truncateEvery: 5_000,
  editWithin: 10_000,
  closeWithin: 10_000,
  tickSpacing: 200,
  onlineFor: 600_000,
};

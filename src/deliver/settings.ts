import type { Milliseconds } from "#geo";

/** Bounds and times of delivery. Each bound has a stated policy, see `docs/spec/deliver.md`. */
export interface DeliverSettings {
  /** Messages under way to one target. */
  readonly concurrency: number;
  /** Mails under way to one target: all of them go through one server and its few connections. */
  readonly mailConcurrency: number;
  /** Alerts of one target in memory that may be sent; the rest waits in the store. */
  readonly window: number;
  /** Alerts of one lane in memory, so that a busy device does not fill the window. */
  readonly laneWindow: number;
  /** Lanes of one target that wait for a retry, in memory; at the bound no further alerts of the target are read. */
  readonly waitingLanes: number;
  /** One attempt takes no longer. */
  readonly timeout: Milliseconds;
  /** The first retry comes within this time, each one after that in twice the time. */
  readonly firstRetry: Milliseconds;
  /** Retries of an alert are not further apart. */
  readonly longestRetry: Milliseconds;
  /** How long an alert is tried before it becomes a dead letter. */
  readonly giveUpAfter: Milliseconds;
  /** Failures in a row, of whichever lanes, after which a target is only probed. */
  readonly breakAfter: number;
  /** Probes of a target are not further apart, where an alert of it is due. */
  readonly longestProbe: Milliseconds;
  /** Outcomes are gathered for so long before they are written. */
  readonly recordEvery: Milliseconds;
  /** Outcomes not written yet; at the bound nothing more is sent until the store has taken some. */
  readonly unrecorded: number;
  /** Alerts read from the store at once. */
  readonly page: number;
  /** The outbox is looked at so often, whether or not anybody said that there is something new. */
  readonly look: Milliseconds;
  /** How long closing waits for what is under way, and then for the store. */
  readonly closing: Milliseconds;
  /** Sent alerts are forgotten after this time. */
  readonly keepSent: Milliseconds;
  /** May targets lie at private addresses? */
  readonly allowPrivateTargets: boolean;
  /** What `source` of a CloudEvent begins with; the public address of the server, or a path. */
  readonly source: string;
}

const DAY = 86_400_000;

/** What holds unless the caller says otherwise. */
export const DEFAULTS: DeliverSettings = {
  concurrency: 16,
  mailConcurrency: 2,
  window: 256,
  laneWindow: 16,
  waitingLanes: 2_000,
  timeout: 10_000,
  firstRetry: 1_000,
  longestRetry: 3_600_000,
  giveUpAfter: 3 * DAY,
  breakAfter: 10,
  longestProbe: 60_000,
  recordEvery: 100,
  unrecorded: 2_000,
  page: 1_000,
  look: 30_000,
  closing: 5_000,
  keepSent: 30 * DAY,
  allowPrivateTargets: false,
  source: "",
};

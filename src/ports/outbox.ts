import type { EpochMs, Milliseconds } from "#geo";
import type { Alert, EventId, TargetId, WorkspaceId } from "#wire";

/** `queued` until it was taken by its target (`sent`), or given up (`dead`). */
export type AlertState = "queued" | "sent" | "dead";

/** A target named in full. */
export interface TargetKey {
  readonly workspace: WorkspaceId;
  readonly target: TargetId;
}

/** An alert that waits to be sent. */
export interface QueuedAlert {
  /** Its place in the order of commits; names it in the store. */
  readonly seq: number;
  readonly alert: Alert;
  /** Alerts of one lane and target are sent one after another: the id of the device, of a pair the lower one. */
  readonly lane: string;
  /** Failed attempts since it was queued. */
  readonly attempts: number;
  /** Not before this time; 0 when it was never tried. */
  readonly dueAt: EpochMs;
  /** From when its days of retries count: when its first attempt began, or when it was re-driven. */
  readonly firstAt?: EpochMs;
  /** When the last attempt began. */
  readonly lastAt?: EpochMs;
}

/** Which waiting alerts; without `of`, those of all targets of all workspaces. */
export interface QueuedQuery {
  readonly of?: TargetKey & { readonly lane?: string };
  /** Only those with a higher sequence number. */
  readonly after: number;
  readonly limit: number;
}

/** Some waiting alerts, ascending by sequence number. */
export interface QueuedPage {
  readonly alerts: readonly QueuedAlert[];
  /** Everything up to here was looked at: the last of the page, or the newest alert of all. */
  readonly end: number;
}

/** One try to send an alert. */
export interface Attempt {
  readonly at: EpochMs;
  readonly duration: Milliseconds;
  /** What the target answered, where its protocol has numbers for that. */
  readonly status?: number;
  /** Absent when it was taken. */
  readonly error?: string;
}

/** What became of an alert. */
export interface Outcome {
  readonly seq: number;
  /** `queued` is to be tried again, at `dueAt`. */
  readonly state: AlertState;
  readonly dueAt?: EpochMs;
  /** Absent when it was given up without a try; `error` then says why. */
  readonly attempt?: Attempt;
  readonly error?: string;
}

/** An alert as people look at it. */
export interface AlertRecord {
  readonly seq: number;
  readonly alert: Alert;
  readonly state: AlertState;
  /** Failed attempts since it was queued. */
  readonly attempts: number;
  /** Of `queued`: when it is tried again; 0 when it was never tried. */
  readonly dueAt: EpochMs;
  readonly lastAt?: EpochMs;
  readonly lastStatus?: number;
  readonly lastError?: string;
  /** The newest tries, newest first. */
  readonly tries: readonly Attempt[];
}

/** Which alerts; every field narrows. */
export interface AlertQuery {
  readonly workspace: WorkspaceId;
  readonly target?: TargetId;
  readonly state?: AlertState;
  readonly event?: EventId;
  /** Only alerts behind this sequence number in the order that is asked for. */
  readonly after?: number;
  readonly limit: number;
  /** Default `oldest`. */
  readonly order?: "oldest" | "newest";
}

/**
 * Which alerts of a target go back to the queue: with `event` the one about it, whatever its state; with `since`
 * everything raised at or after that time, sent ones included; otherwise every dead letter.
 */
export interface Redrive extends TargetKey {
  readonly event?: EventId;
  readonly since?: EpochMs;
  /** Now: from here its days of retries are counted again. */
  readonly at: EpochMs;
}

/** Figures of one target since it was made. */
export interface TargetFigures extends TargetKey {
  /** Alerts ever put into the outbox. */
  readonly created: number;
  /** Waiting now. */
  readonly queued: number;
  /** Taken, re-driven ones again. */
  readonly sent: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Dead letters now. */
  readonly dead: number;
  /** Created and neither queued, sent, dead nor forgotten by age: 0, or the outbox has lost something. */
  readonly dropped: number;
  /** When the oldest waiting alert was raised. */
  readonly oldestAt?: EpochMs;
  /** Since when every attempt has failed; absent when the last one did not. */
  readonly failingSince?: EpochMs;
}

/** Figures of the outbox. */
export interface OutboxFigures {
  /** Sequence number of the newest alert of all. */
  readonly end: number;
  /** Every target that ever had an alert. */
  readonly targets: readonly TargetFigures[];
}

/** Alerts between their commit and their targets. They get in through `Results.commit` alone. */
export interface Outbox {
  queued(query: QueuedQuery): Promise<QueuedPage>;
  /**
   * All or nothing. `sent` holds whatever the state was; the others only for what is queued still. Every attempt is
   * kept, of one alert the newest hundred.
   */
  record(outcomes: readonly Outcome[]): Promise<void>;
  list(query: AlertQuery): Promise<readonly AlertRecord[]>;
  /** Answers how many were put back. Throws `unknown_target`. */
  redrive(order: Redrive): Promise<number>;
  figures(): Promise<OutboxFigures>;
  /** Forgets sent alerts that were raised before, with their attempts; answers how many. */
  forget(before: EpochMs): Promise<number>;
}

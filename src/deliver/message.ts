import type { EpochMs, Milliseconds } from "#geo";
import type { Event, Target, WorkspaceId } from "#wire";

/** How people call the things of an event; absent where they have no name. */
export interface Names {
  readonly device?: string;
  readonly other?: string;
  readonly fence?: string;
}

/** What is sent. */
export interface Message {
  /** One an alert, the same on every attempt: whoever gets it twice may drop the second. */
  readonly id: string;
  readonly workspace: WorkspaceId;
  /** Absent in a test message. */
  readonly event?: Event;
  readonly names: Names;
  readonly rules: readonly string[];
  readonly text?: string;
  /** When the alert was raised. */
  readonly at: EpochMs;
}

/** What became of an attempt. */
export interface SendResult {
  /** Number of the answer: of HTTP, or of SMTP. */
  readonly status?: number;
  /** Absent when the target took it. Never holds an address or a secret. */
  readonly error?: string;
  /**
   * Why another attempt is vain: the target does not take this `message`, or there is no such `target` any more.
   * Absent when another attempt may succeed.
   */
  readonly never?: "message" | "target";
  /** The target asked for so much time. */
  readonly retryAfter?: Milliseconds;
}

/** Sends to targets of one kind. */
export interface Sender<Kind extends Target = Target> {
  /**
   * One attempt. May reject, which counts as a failure. `signal` aborts it; nobody waits for it after that. `now` is
   * the time that is signed.
   */
  send(target: Kind, message: Message, signal: AbortSignal, now: EpochMs): Promise<SendResult>;
  /** Lets go of what is kept open for a target that was changed or deleted. */
  forget(target: Kind): void;
  /** Lets go of everything. Idempotent. */
  close(): Promise<void>;
}

/** One sender a kind. */
export type Senders = {
  readonly [Kind in Target["kind"]]: Sender<Extract<Target, { kind: Kind }>>;
};

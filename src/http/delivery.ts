import type { Milliseconds } from "#geo";
import type { TargetKey } from "#ports";
import type { Refusal, Target } from "#wire";

/** What became of a test message. */
export interface TargetTest {
  readonly ok: boolean;
  /** What the target answered, where its protocol has numbers for that. */
  readonly status?: number;
  readonly duration: Milliseconds;
  /** Why it was not taken. Never holds a secret. */
  readonly error?: string;
}

/** Whether a target is sent to: `open` while only single probes are, because it keeps failing. */
export type Circuit = "closed" | "open" | "half-open";

/** What the routes need of whoever sends alerts. */
export interface Delivery {
  /** Sends one test message at once, past the queue; never rejects because of the target. */
  test(target: Target): Promise<TargetTest>;
  /** Says why nothing may or can be sent there: a private address, no mail server in the settings. */
  check(target: Target): Refusal | undefined;
  /** Alerts of the target were put back into the queue. */
  wake(key: TargetKey): void;
  /** The target was changed; undefined when it was deleted. */
  changed(key: TargetKey, target: Target | undefined): void;
  /** Undefined when nothing was sent to it since the start. */
  circuit(key: TargetKey): Circuit | undefined;
  /** The VAPID key (base64url) that browsers subscribe with; absent when there is no push. */
  readonly pushKey?: string;
}

import type { Milliseconds } from "#geo";
import type { TargetKey } from "#ports";
import type { Target } from "#wire";

/** What became of a test message. */
export interface TargetTest {
  readonly duration: Milliseconds;
  /** What the target answered, where its protocol has numbers for that. */
  readonly status?: number;
  /** Why it was not taken; absent when it was. Never holds a secret. */
  readonly error?: string;
}

/** `open` and `half-open`: only single probes are sent to a target that keeps failing. */
export interface TargetCircuit extends TargetKey {
  readonly breaker: "closed" | "open" | "half-open";
}

/** What the routes need of whoever sends alerts, besides the ports `Targets` and `Outbox` that it watches. */
export interface Delivery {
  /** Sends one test message at once, past the queue; never rejects because of the target. */
  test(target: Target): Promise<TargetTest>;
  /** Of targets that were sent to since the start. */
  circuits(): Promise<readonly TargetCircuit[]>;
  /** The VAPID key (base64url) that browsers subscribe with; absent when there is no push. */
  readonly pushKey?: string;
}

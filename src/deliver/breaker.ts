import type { EpochMs, Milliseconds } from "#geo";
import { type Backoff, delayAfter, type Random } from "./backoff.ts";

/** `closed`: all is well. `open`: only probes, one at a time. `half-open`: one is under way. */
export type BreakerState = "closed" | "open" | "half-open";

/** What a breaker goes by. */
export interface BreakerTerms extends Backoff {
  /** Failures in a row after which it opens. */
  readonly after: number;
}

/**
 * Keeps a target that fails from being asked in vain. After some failures in a row it opens; from then on one message
 * at a time may try, at intervals that double; the first success closes it.
 */
export class Breaker {
  readonly #terms: BreakerTerms;
  readonly #random: Random;
  #failures = 0;
  #probes = 0;
  #probing = false;
  #probeAt: EpochMs = 0;
  #failingSince: EpochMs | undefined;
  #closedAt: EpochMs | undefined;

  /** A target that failed before a restart (`failingSince`) is probed first. */
  constructor(terms: BreakerTerms, random: Random, failingSince?: EpochMs) {
    this.#terms = terms;
    this.#random = random;
    if (failingSince === undefined) return;
    this.#failures = terms.after;
    this.#failingSince = failingSince;
  }

  get state(): BreakerState {
    if (this.#failures < this.#terms.after) return "closed";
    return this.#probing ? "half-open" : "open";
  }

  /** While it is open: since when every attempt has failed. After a restart only once another one has failed. */
  get lostSince(): EpochMs | undefined {
    return this.#probes > 0 ? this.#failingSince : undefined;
  }

  /** When it last closed; what failed before need not wait any longer. */
  get closedAt(): EpochMs | undefined {
    return this.#closedAt;
  }

  /** How long until something may be sent; 0 for now, undefined while a probe is under way. */
  wait(now: EpochMs): Milliseconds | undefined {
    if (this.state === "closed") return 0;
    return this.#probing ? undefined : Math.max(0, this.#probeAt - now);
  }

  /** To be told before something is sent. */
  sending(): void {
    if (this.state !== "closed") this.#probing = true;
  }

  /** Answers true when this closed it. */
  succeeded(now: EpochMs): boolean {
    const closes = this.state !== "closed";
    this.#failures = 0;
    this.#probes = 0;
    this.#probing = false;
    this.#failingSince = undefined;
    if (closes) this.#closedAt = now;
    return closes;
  }

  /** `probe`: it was sent while open. Failures of what was sent before it opened do not count twice. */
  failed(now: EpochMs, probe: boolean): void {
    this.#failingSince ??= now;
    if (probe) this.#probing = false;
    if (this.state !== "closed" && !probe) return;
    if (!probe) this.#failures++;
    if (this.#failures < this.#terms.after) return;
    this.#probes++;
    this.#probeAt = now + delayAfter(this.#probes, this.#terms, this.#random);
  }

  /** An attempt that was neither: it says nothing about the target. */
  undecided(probe: boolean): void {
    if (probe) this.#probing = false;
  }
}

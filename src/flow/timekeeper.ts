import type { EpochMs, Milliseconds } from "#geo";
import type { Clock, Log } from "#ports";
import type { Alarms } from "./alarms.ts";
import type { FlowLogger } from "./logger.ts";

/** What the timekeeper works with. */
export interface TimekeeperParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly logger: FlowLogger | undefined;
  /** Least time between two ticks: timers that are due within it fire together. */
  readonly spacing: Milliseconds;
}

/** After an append that failed. */
const RETRY: Milliseconds = 1_000;
/** However far the next alarm is, a clock that was set forward is noticed within this. */
const LONGEST: Milliseconds = 30_000;

/** Writes into the log that a time has come, when a timer is due: what follows is judged like every other entry. */
export class Timekeeper {
  readonly #parts: TimekeeperParts;
  #cancel: (() => void) | undefined;
  #planned: EpochMs = Number.POSITIVE_INFINITY;
  #last: EpochMs = Number.NEGATIVE_INFINITY;
  #writing = false;
  #stopped = false;

  constructor(parts: TimekeeperParts) {
    this.#parts = parts;
  }

  /** To be told whenever alarms may have been set, and when a tick was judged. */
  look(): void {
    if (this.#stopped || this.#writing) return;
    const next = this.#parts.alarms.next;
    if (next === undefined) return;
    const at = Math.max(next, this.#last + this.#parts.spacing);
    if (at >= this.#planned) return;
    this.#plan(at);
  }

  /** Writes no more. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #plan(at: EpochMs): void {
    const { clock } = this.#parts;
    this.#cancel?.();
    this.#planned = at;
    const wait = Math.min(LONGEST, Math.max(0, at - clock.now()));
    this.#cancel = clock.after(wait, () => {
      this.#planned = Number.POSITIVE_INFINITY;
      const now = clock.now();
      const next = this.#parts.alarms.next;
      if (next !== undefined && next <= now && now >= at) void this.#write(now);
      else this.look();
    });
  }

  async #write(at: EpochMs): Promise<void> {
    const { log, logger } = this.#parts;
    this.#writing = true;
    this.#last = at;
    try {
      await log.append({ kind: "tick", at });
    } catch (error) {
      if (!this.#stopped) logger?.warn({ err: error }, "timers that are due could not be logged");
      this.#last = at + RETRY;
    } finally {
      this.#writing = false;
    }
    this.look();
  }
}

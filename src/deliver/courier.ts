import type { EpochMs } from "#geo";
import type { Attempt, Clock, Outbox, Outcome, QueuedAlert, TargetKey } from "#ports";
import type { Alert, Target } from "#wire";
import type { Tried } from "./attempt.ts";
import { delayAfter, type Random } from "./backoff.ts";
import { Breaker, type BreakerState } from "./breaker.ts";
import type { DeliverLogger } from "./logger.ts";
import type { Recorder } from "./recorder.ts";
import type { DeliverSettings } from "./settings.ts";
import { type LaneToFill, Window } from "./window.ts";

/** What a courier works with. */
export interface CourierParts {
  readonly key: TargetKey;
  readonly outbox: Pick<Outbox, "queued">;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: DeliverSettings;
  readonly logger: DeliverLogger;
  readonly recorder: Pick<Recorder, "add" | "full">;
  /** One attempt; never rejects, undefined when it was abandoned. */
  readonly attempt: (target: Target, alert: Alert) => Promise<Tried | undefined>;
  /** The target said that it is gone for good. */
  readonly switchOff: (target: Target) => void;
}

/** Milliseconds before the store is read again after it failed. */
const AGAIN = 1_000;

/**
 * Carries the alerts of one target: reads them from the store into a bounded window, sends what may be sent, and tells
 * the recorder what became of it. It shares nothing with other targets but the recorder.
 */
export class Courier {
  readonly key: TargetKey;
  readonly #parts: CourierParts;
  readonly #window: Window;
  #breaker: Breaker;
  /** Not known yet, or deleted. */
  #target: Target | "unread" | "deleted" = "unread";
  #inFlight = 0;
  /** Everything of the target up to here was read, or passed over by the window. */
  #cursor = 0;
  /** The store has, or may have, more behind the cursor. */
  #behind = true;
  #reading = false;
  #round = 0;
  /** Is it about to read the queue anew? */
  #anew = false;
  #readAgainAt: EpochMs = 0;
  #timer: { readonly at: EpochMs; readonly cancel: () => void } | undefined;
  #stopped = false;

  /** `failingSince` is what the store remembers of the target. */
  constructor(parts: CourierParts, failingSince?: EpochMs) {
    this.#parts = parts;
    this.key = parts.key;
    this.#window = new Window(parts.settings);
    this.#breaker = this.#newBreaker(failingSince);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Does it know its target yet? */
  get introduced(): boolean {
    return this.#target !== "unread";
  }

  /** Alerts in memory. */
  get held(): number {
    return this.#window.held;
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  /** An alert that was just committed, in the order of commits. */
  offer(alert: QueuedAlert): void {
    if (this.#behind || this.#reading || !this.#open || this.#window.room === 0) {
      this.#behind = true;
      return;
    }
    this.#window.offer(alert, this.#parts.clock.now());
    this.#cursor = alert.seq;
  }

  /** The target as it is from now on; undefined when it was deleted. What failed at the old one is tried at once. */
  changed(target: Target | undefined): void {
    const first = this.#target === "unread";
    this.#target = target ?? "deleted";
    if (!first) {
      this.#breaker = this.#newBreaker();
      this.#window.forgive(this.#parts.clock.now());
    }
    this.pump();
  }

  /** Alerts were put back into the queue: reads it anew from its beginning. */
  rescan(): void {
    this.#readAnew(true);
  }

  /** Sends and reads what may be sent and read now. */
  pump(): void {
    if (this.#stopped || this.#target === "unread") return;
    const now = this.#parts.clock.now();
    if (this.#target === "deleted") this.#giveUp(() => true, "target deleted", now);
    else if (this.#target.enabled) {
      this.#expire(now);
      this.#sendSome(this.#target, now);
    }
    if (now >= this.#readAgainAt) {
      this.#read();
      this.#fill();
    }
    this.#arrange(now);
  }

  /** Sends nothing more. What is under way goes on. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** May its alerts be in memory? Those of a target that is switched off wait in the store. */
  get #open(): boolean {
    return this.#target === "deleted" || (this.#target !== "unread" && this.#target.enabled);
  }

  #readAnew(queuedAnew: boolean): void {
    this.#window.reset(queuedAnew);
    this.#round++;
    this.#cursor = 0;
    this.#behind = true;
    this.pump();
  }

  #newBreaker(failingSince?: EpochMs): Breaker {
    const { settings, random } = this.#parts;
    const { breakAfter: after, firstRetry: first, longestProbe: longest } = settings;
    return new Breaker({ after, first, longest }, random, failingSince);
  }

  #sendSome(target: Target, now: EpochMs): void {
    const { settings, recorder } = this.#parts;
    const most = target.kind === "email" ? settings.mailConcurrency : settings.concurrency;
    while (this.#inFlight < most && !recorder.full && this.#breaker.wait(now) === 0) {
      // A probe is alone.
      if (this.#breaker.state !== "closed" && this.#inFlight > 0) return;
      const queued = this.#window.take(now);
      if (!queued) return;
      void this.#carry(target, queued);
    }
  }

  async #carry(target: Target, queued: QueuedAlert): Promise<void> {
    const breaker = this.#breaker;
    const probe = breaker.state !== "closed";
    breaker.sending();
    this.#inFlight++;
    const tried = await this.#parts.attempt(target, queued.alert);
    this.#inFlight--;
    if (!tried) return;
    this.#settle(target, queued, tried, breaker, probe);
    this.pump();
  }

  /** `breaker` is the one of the target as it was when the attempt began. */
  #settle(target: Target, queued: QueuedAlert, tried: Tried, breaker: Breaker, probe: boolean): void {
    const { at, duration, result } = tried;
    const { status, error, never } = result;
    const { seq } = queued;
    const now = this.#parts.clock.now();
    const attempt: Attempt = {
      at,
      duration,
      ...(status !== undefined && { status }),
      ...(error !== undefined && { error }),
    };
    if (error === undefined) {
      if (breaker.succeeded(now)) this.#window.forgive(now);
      this.#window.finished(queued, now);
      this.#record({ seq, state: "sent", attempt });
    } else if (never !== undefined) {
      breaker.undecided(probe);
      this.#window.finished(queued, now);
      this.#record({ seq, state: "dead", attempt });
      if (never === "target" && this.#target === target) {
        this.#target = { ...target, enabled: false };
        this.#parts.switchOff(target);
      }
    } else {
      breaker.failed(now, probe);
      this.#tryAgain(queued, attempt, result.retryAfter ?? 0, now);
    }
  }

  #tryAgain(queued: QueuedAlert, attempt: Attempt, retryAfter: number, now: EpochMs): void {
    const { settings, random } = this.#parts;
    const { firstRetry: first, longestRetry: longest, giveUpAfter } = settings;
    const { seq, firstAt = attempt.at } = queued;
    if (now - firstAt >= giveUpAfter) {
      this.#window.finished(queued, now);
      this.#record({ seq, state: "dead", attempt });
    } else {
      const attempts = queued.attempts + 1;
      const delay = Math.max(delayAfter(attempts, { first, longest }, random), Math.min(retryAfter, longest));
      const dueAt = now + delay;
      this.#window.retry({ ...queued, attempts, firstAt, lastAt: attempt.at, dueAt }, now);
      this.#parts.recorder.add({ seq, state: "queued", dueAt, attempt });
    }
  }

  /**
   * Gives up what has waited too long behind a target that fails: one by one, a probe each, it would never come to an
   * end. What was tried counts from its first attempt, the rest from when the target began to fail.
   */
  #expire(now: EpochMs): void {
    const { giveUpAfter } = this.#parts.settings;
    const since = this.#breaker.lostSince;
    if (since === undefined || now - since < giveUpAfter) return;
    const from = ({ firstAt, alert }: QueuedAlert): EpochMs => firstAt ?? Math.max(alert.at, since);
    this.#giveUp((queued) => now - from(queued) >= giveUpAfter, "the target failed for too long", now);
  }

  #giveUp(which: (alert: QueuedAlert) => boolean, error: string, now: EpochMs): void {
    for (const { seq } of this.#window.takeExpired(which, now)) {
      this.#record({ seq, state: "dead", error });
    }
  }

  /** An alert that is done with. Until the store knows it, the store would give it once more. */
  #record(outcome: Outcome): void {
    this.#parts.recorder.add(outcome, () => {
      if (!this.#window.recorded(outcome.seq) || this.#anew) return;
      // Once for the whole batch.
      this.#anew = true;
      queueMicrotask(() => {
        this.#anew = false;
        this.#readAnew(false);
      });
    });
  }

  /** Reads a page, when there is more and room for a good part of a window. */
  #read(): void {
    const { window } = this.#parts.settings;
    const { room, held } = this.#window;
    if (!this.#behind || this.#reading || !this.#open) return;
    if (room > 0 && (room >= window / 2 || held === 0)) void this.#readPage(room);
  }

  async #readPage(room: number): Promise<void> {
    const { outbox, settings, clock, key } = this.#parts;
    const round = this.#round;
    const limit = Math.min(room, settings.page);
    this.#reading = true;
    // Whatever is offered while the page is read sets it again.
    this.#behind = false;
    try {
      const { alerts, end } = await outbox.queued({ of: key, after: this.#cursor, limit });
      if (round === this.#round) {
        for (const alert of alerts) this.#window.offer(alert, clock.now());
        this.#cursor = end;
      }
      if (alerts.length >= limit || round !== this.#round) this.#behind = true;
    } catch (error) {
      this.#behind = true;
      this.#couldNotRead(error);
    }
    this.#reading = false;
    this.pump();
  }

  #fill(): void {
    if (!this.#open) return;
    for (const lane of this.#window.takeToFill()) void this.#fillLane(lane);
  }

  async #fillLane(lane: LaneToFill): Promise<void> {
    const { outbox, clock, key } = this.#parts;
    let alerts: readonly QueuedAlert[] | undefined;
    try {
      const of = { ...key, lane: lane.lane };
      ({ alerts } = await outbox.queued({ of, after: lane.after, limit: lane.limit }));
    } catch (error) {
      this.#couldNotRead(error);
    }
    this.#window.filled(lane, alerts, clock.now());
    this.pump();
  }

  #couldNotRead(err: unknown): void {
    const { clock, logger, key } = this.#parts;
    if (this.#stopped) return;
    this.#readAgainAt = clock.now() + AGAIN;
    logger.error(
      { err, target: key.target },
      "could not read the alerts of a target; trying again in a second",
    );
  }

  /** Sets the timer to the next time at which something may be sent or read that may not now. */
  #arrange(now: EpochMs): void {
    const { clock } = this.#parts;
    const times: EpochMs[] = this.#readAgainAt > now ? [this.#readAgainAt] : [];
    const wait = this.#breaker.wait(now);
    if (this.#open && wait !== undefined) {
      const due = this.#window.ready(now) ? now : this.#window.nextDue();
      // What is due now and was not sent waits for something else to end, which pumps.
      if (due !== undefined && Math.max(due, now + wait) > now) times.push(Math.max(due, now + wait));
    }
    const at = times.length > 0 ? Math.min(...times) : undefined;
    if (at === this.#timer?.at) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (at === undefined) return;
    const run = (): void => {
      this.#timer = undefined;
      this.pump();
    };
    this.#timer = { at, cancel: clock.after(at - now, run) };
  }
}

import type { EpochMs } from "#geo";
import type { Clock, Outbox, TargetKey, Targets } from "#ports";
import type { Alert, Event, Target } from "#wire";
import { Attempts, senderOf, type Tried } from "./attempt.ts";
import type { Random } from "./backoff.ts";
import { Courier } from "./courier.ts";
import type { DeliverLogger } from "./logger.ts";
import type { Names, Senders } from "./message.ts";
import { Recorder } from "./recorder.ts";
import type { DeliverSettings } from "./settings.ts";
import { Timers, within } from "./timers.ts";

/** What a dispatcher works with. */
export interface DispatcherParts {
  readonly outbox: Outbox;
  readonly targets: Pick<Targets, "get" | "update">;
  readonly senders: Senders;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: DeliverLogger;
  readonly settings: DeliverSettings;
  readonly names: (event: Event) => Names;
}

/** Milliseconds before something that the store did not answer is asked again. */
const AGAIN = 1_000;

/** Milliseconds until alerts are looked for that were sent long ago, and then between two looks. */
const FORGET_FIRST = 60_000;
const FORGET_EVERY = 3_600_000;

const nameOf = ({ workspace, target }: TargetKey): string => `${workspace}\n${target}`;

/**
 * Follows the outbox and hands each alert to the courier of its target. New alerts are read once for all targets;
 * a courier that has no room for them reads them itself, later.
 */
export class Dispatcher {
  /** Those of the queue and those outside of it. */
  readonly attempts: Attempts;
  readonly #parts: DispatcherParts;
  readonly #recorder: Recorder;
  readonly #couriers = new Map<string, Courier>();
  readonly #timers: Timers;
  /** Everything up to here was handed out; undefined until the store has said where its end is. */
  #end: number | undefined;
  #reading = false;
  #again = false;
  #closed: Promise<void> | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    const { outbox, clock, logger, settings, senders } = parts;
    this.attempts = new Attempts({ senders, clock, timeout: settings.timeout });
    this.#timers = new Timers(clock);
    const onRoom = (): void => this.#pumpAll();
    this.#recorder = new Recorder({ outbox, clock, logger, settings, onRoom });
    this.#timers.every(settings.look, () => {
      this.#pumpAll();
      this.wake();
    });
    this.#timers.after(FORGET_FIRST, () => {
      void this.#forget();
      this.#timers.every(FORGET_EVERY, () => void this.#forget());
    });
    void this.#begin();
  }

  /** Outcomes that are not written yet. */
  get unrecorded(): number {
    return this.#recorder.waiting;
  }

  /** There is, or may be, something new in the outbox. */
  wake(): void {
    this.#again = true;
    void this.#follow();
  }

  /** The courier of a target; undefined when it had no alert since the start. */
  courier(key: TargetKey): Courier | undefined {
    return this.#couriers.get(nameOf(key));
  }

  /** A target was changed; undefined when it was deleted. */
  changed(key: TargetKey, target: Target | undefined): void {
    this.courier(key)?.changed(target);
  }

  /** Alerts of a target were put back into the queue. */
  rescan(key: TargetKey): void {
    this.#need(key).rescan();
  }

  /** Resolves when the store has everything that was known of alerts, or did not take it. */
  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  /**
   * Sends nothing more, waits a bounded time for what is under way, abandons the rest, and waits a bounded time for the
   * store to take what became of it. Idempotent.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #pumpAll(): void {
    for (const courier of this.#couriers.values()) courier.pump();
  }

  async #begin(): Promise<void> {
    try {
      const { end, targets } = await this.#parts.outbox.figures();
      for (const figures of targets) if (figures.queued > 0) this.#need(figures, figures.failingSince);
      this.#end = end;
      this.wake();
    } catch (err) {
      this.#complain(err, "could not read the outbox; trying again in a second");
      this.#timers.after(AGAIN, () => void this.#begin());
    }
  }

  async #follow(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again && !this.#closed && this.#end !== undefined) {
        this.#again = false;
        await this.#readNew(this.#end);
      }
    } catch (err) {
      this.#complain(err, "could not read new alerts; trying again in a second");
      this.#timers.after(AGAIN, () => this.wake());
    }
    this.#reading = false;
  }

  async #readNew(after: number): Promise<void> {
    const { outbox, settings } = this.#parts;
    const { alerts, end } = await outbox.queued({ after, limit: settings.page });
    if (alerts.length >= settings.page) this.#again = true;
    this.#end = end;
    const touched = new Set<Courier>();
    for (const alert of alerts) {
      const courier = this.#need(alert.alert);
      courier.offer(alert);
      touched.add(courier);
    }
    for (const courier of touched) courier.pump();
  }

  #need({ workspace, target }: TargetKey, failingSince?: EpochMs): Courier {
    const key = { workspace, target };
    const known = this.courier(key);
    if (known) return known;
    const attempt = (to: Target, alert: Alert): Promise<Tried | undefined> =>
      this.attempts.start(to, () => ({ ...alert, names: this.#parts.names(alert.event) }));
    const switchOff = (gone: Target): void => void this.#switchOff(gone);
    const courier = new Courier(
      { ...this.#parts, key, recorder: this.#recorder, attempt, switchOff },
      failingSince,
    );
    this.#couriers.set(nameOf(key), courier);
    void this.#introduce(courier);
    return courier;
  }

  async #introduce(courier: Courier): Promise<void> {
    const { workspace, target } = courier.key;
    try {
      const found = await this.#parts.targets.get(workspace, target);
      // An edit may have been quicker.
      if (!courier.introduced && !this.#closed) courier.changed(found);
    } catch (err) {
      this.#complain(err, "could not read a target; trying again in a second", { target });
      this.#timers.after(AGAIN, () => void this.#introduce(courier));
    }
  }

  /** A target that is gone for good is switched off, so that what waits for it is neither sent nor lost. */
  async #switchOff({ workspace, id }: Target): Promise<void> {
    const { targets, clock, logger, senders } = this.#parts;
    logger.warn({ target: id, workspace }, "a target said that it is gone for good and was switched off");
    try {
      const target = await targets.get(workspace, id);
      if (!target) return;
      await targets.update({ ...target, enabled: false, updatedAt: clock.now() });
      senderOf(senders, target).forget(target);
    } catch (err) {
      this.#complain(err, "could not switch off a target; it gets nothing until the next start", {
        target: id,
      });
    }
  }

  async #forget(): Promise<void> {
    const { outbox, clock, settings } = this.#parts;
    try {
      await outbox.forget(clock.now() - settings.keepSent);
    } catch (err) {
      this.#complain(err, "could not forget old alerts; trying again in an hour");
    }
  }

  #complain(err: unknown, message: string, details: object = {}): void {
    if (this.#closed === undefined) this.#parts.logger.error({ err, ...details }, message);
  }

  async #close(): Promise<void> {
    const { settings, clock, senders, logger } = this.#parts;
    this.#timers.stop();
    for (const courier of this.#couriers.values()) courier.stop();
    await within(clock, settings.closing, this.attempts.ended());
    this.attempts.abandon();
    await within(clock, settings.closing, this.#recorder.flush());
    this.#recorder.stop();
    const outcomes = this.#recorder.waiting;
    if (outcomes > 0)
      logger.warn({ outcomes }, "closed before the store took what became of alerts; they are sent again");
    await Promise.all(Object.values(senders).map((sender) => sender.close()));
  }
}

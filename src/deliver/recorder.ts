import type { Clock, Outbox, Outcome } from "#ports";
import type { DeliverLogger } from "./logger.ts";
import type { DeliverSettings } from "./settings.ts";

/** What a recorder works with. */
export interface RecorderParts {
  readonly outbox: Pick<Outbox, "record">;
  readonly clock: Clock;
  readonly logger: DeliverLogger;
  readonly settings: Pick<DeliverSettings, "recordEvery" | "unrecorded">;
  /** It was full and is not any more. */
  readonly onRoom: () => void;
}

interface Pending {
  readonly outcome: Outcome;
  readonly written: () => void;
}

/** Milliseconds before outcomes that the store did not take are written again. */
const AGAIN = 1_000;

/**
 * Writes outcomes in batches, one batch at a time, in their order. What the store does not take is kept and written
 * again; at the bound of what is kept, `full` stops the senders.
 */
export class Recorder {
  readonly #parts: RecorderParts;
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  #timer: (() => void) | undefined;
  #failing = false;
  #stopped = false;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** Outcomes that are not written yet. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** Are as many outcomes waiting as may? */
  get full(): boolean {
    return this.#pending.length >= this.#parts.settings.unrecorded;
  }

  /** `written` is called once the store has it. */
  add(outcome: Outcome, written: () => void = () => {}): void {
    this.#pending.push({ outcome, written });
    this.#schedule(this.#parts.settings.recordEvery);
  }

  /** Writes what is waiting; resolves when all of it is written, or the store refused it. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#timer?.();
    this.#timer = undefined;
    if (this.#pending.length > 0) await this.#write();
  }

  /** Writes nothing more. What is not written is sent again by the next process. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.();
  }

  #schedule(delay: number): void {
    if (this.#timer || this.#writing || this.#stopped) return;
    this.#timer = this.#parts.clock.after(delay, () => {
      this.#timer = undefined;
      void this.#write();
    });
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeBatch(this.#pending.slice());
    return this.#writing;
  }

  async #writeBatch(batch: readonly Pending[]): Promise<void> {
    const { outbox, logger, settings, onRoom } = this.#parts;
    let wasFull = false;
    try {
      await outbox.record(batch.map(({ outcome }) => outcome));
      this.#failing = false;
      // It may have become full only while this was being written.
      wasFull = this.full;
      this.#pending.splice(0, batch.length);
      for (const { written } of batch) written();
    } catch (err) {
      // One line when it begins, not one a second while it lasts.
      if (!this.#failing) {
        logger.error({ err, outcomes: batch.length }, "could not record what became of alerts; trying again");
      }
      this.#failing = true;
    }
    this.#writing = undefined;
    if (this.#pending.length > 0) this.#schedule(this.#failing ? AGAIN : settings.recordEvery);
    if (wasFull && !this.full) onRoom();
  }
}

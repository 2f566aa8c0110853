import type { Events } from "#ports";
import type { SequencedEvent } from "#wire";
import { holds } from "./box.ts";
import type { Delivery } from "./delivery.ts";
import type { ResetReason, Tally } from "./figures.ts";
import type { LiveLogger } from "./logger.ts";
import { Message } from "./message.ts";
import { eventMessage } from "./notices.ts";
import { type Missed, placeOf, readMissed } from "./replay.ts";
import type { LiveSettings } from "./settings.ts";
import type { Viewer } from "./viewer.ts";

/** What resuming needs. */
export interface ResumeParts {
  readonly events: Events;
  readonly settings: LiveSettings;
  readonly tally: Tally;
  readonly cursorOf: (seq: number) => string;
  readonly logger: LiveLogger | undefined;
  readonly delivery: Delivery;
}

/**
 * Brings a client that comes back up to date: what it missed, in order, once each, and then the live events without a
 * gap between; or tells it to reload.
 */
export class Resume {
  readonly #parts: ResumeParts;

  constructor(parts: ResumeParts) {
    this.#parts = parts;
  }

  /** Places a viewer in the feed: after `cursor`, or at `newest`, the feed's newest sequence number. */
  begin(viewer: Viewer, cursor: string | undefined, newest: number): void {
    viewer.seq = newest;
    viewer.taken = newest;
    if (cursor === undefined) return;
    const place = placeOf(cursor, this.#parts.events.epoch, newest);
    if ("reset" in place) {
      this.reset(viewer, place.reset);
      return;
    }
    if (place.seq === newest) return;
    viewer.seq = place.seq;
    viewer.taken = place.seq;
    viewer.replaying = true;
    void this.#catchUp(viewer, newest);
  }

  /** Tells a client that it may have missed something; from here on it gets what is new. */
  reset(viewer: Viewer, reason: ResetReason): void {
    this.#parts.tally.resets[reason]++;
    const cursor = this.#parts.cursorOf(viewer.seq);
    this.#parts.delivery.say(viewer, new Message("reset", cursor, JSON.stringify({ cursor, reason })));
  }

  /** Live events wait in the queue since before the read, so that what was read and what waits overlap, never gap. */
  async #catchUp(viewer: Viewer, newest: number): Promise<void> {
    const { events, settings, logger } = this.#parts;
    const { workspace } = viewer.field;
    let missed: Missed;
    try {
      missed = await readMissed(events, workspace, viewer.seq, settings.maxReplay);
    } catch (error) {
      logger?.error({ err: error, workspace }, "missed events could not be read");
      missed = { reset: "unavailable" };
    }
    if (!viewer.closed) this.#goOn(viewer, missed, newest);
  }

  #goOn(viewer: Viewer, missed: Missed, newest: number): void {
    const { settings, tally, cursorOf, delivery } = this.#parts;
    const live = viewer.queue.drain();
    let end = newest;
    if ("reset" in missed) {
      viewer.seq = newest;
      this.reset(viewer, missed.reset);
    } else {
      end = missed.end;
      for (const one of missed.events) {
        if (wants(viewer, one)) {
          const message = eventMessage(one, cursorOf(one.seq));
          viewer.queue.push({ seq: one.seq, message, about: one.event });
        }
      }
      tally.replayed += viewer.queue.size;
      viewer.maxQueue = settings.maxQueue + viewer.queue.size;
    }
    for (const waiting of live)
      if (waiting.seq === undefined || waiting.seq > end) viewer.queue.push(waiting);
    viewer.replaying = false;
    viewer.taken = Math.max(viewer.taken, end);
    if (viewer.queue.size === 0) viewer.seq = Math.max(viewer.seq, end);
    delivery.pump(viewer);
  }
}

const wants = (viewer: Viewer, { event }: SequencedEvent): boolean =>
  (viewer.events === "all" || holds(viewer.box, event.lon, event.lat)) && viewer.mayHear(event);

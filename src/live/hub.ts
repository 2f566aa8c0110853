import type { Bus, Clock, Events, Latest, News } from "#ports";
import {
  type DeviceStatus,
  encodeCursor,
  encodeEvent,
  Problem,
  type SequencedEvent,
  type WorkspaceId,
} from "#wire";
import { holds } from "./box.ts";
import { Delivery } from "./delivery.ts";
import { Field } from "./field.ts";
import { type LiveFigures, newTally, type ResetReason, type Tally } from "./figures.ts";
import type { EndReason, Line } from "./line.ts";
import type { LiveLogger } from "./logger.ts";
import { Message } from "./message.ts";
import { noticeOf } from "./notices.ts";
import { placeOf, readMissed } from "./replay.ts";
import type { LiveSettings } from "./settings.ts";
import { Viewer, type Waiting } from "./viewer.ts";
import type { Watch } from "./watch.ts";

/** What the core needs from outside. */
export interface HubParts {
  readonly latest: Latest;
  readonly events: Events;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly settings: LiveSettings;
  readonly logger: LiveLogger | undefined;
}

/** The core: viewers of all transports, matched against the news of their workspaces. */
export class Hub {
  readonly #parts: HubParts;
  readonly #fields = new Map<WorkspaceId, Field<Viewer>>();
  readonly #delivery: Delivery;
  readonly #tally: Tally = newTally();
  readonly #unsubscribe: () => void;
  #viewers = 0;
  #closed = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#delivery = new Delivery(parts.clock, parts.settings, this.#tally, (seq) => this.#cursor(seq));
    this.#unsubscribe = parts.bus.subscribe((news) => this.#hear(news));
  }

  /** A new client; it gets nothing before `watch`. Throws `overloaded` at the bound and `shutting_down`. */
  join(workspace: WorkspaceId, line: Line): Viewer {
    if (this.#closed) throw new Problem("shutting_down", "the server is stopping; come back in a moment");
    if (this.#viewers >= this.#parts.settings.maxViewers) {
      this.#tally.refused++;
      throw new Problem(
        "overloaded",
        `there are ${this.#viewers} live streams already; that is all this server holds`,
      );
    }
    const field = this.#field(workspace);
    const viewer = new Viewer(field, line, this.#newest(field), this.#parts.settings.maxQueue);
    field.viewers.add(viewer);
    this.#viewers++;
    return viewer;
  }

  /** Sets or moves the view: a snapshot follows at once, and on the first time what was missed since `cursor`. */
  watch(viewer: Viewer, watch: Watch): void {
    if (viewer.closed) return;
    const first = !viewer.watching;
    const { field } = viewer;
    if (!first) this.#look(viewer, watch);
    viewer.box = watch.box;
    viewer.events = watch.events;
    viewer.watching = true;
    viewer.snapshotDue = true;
    viewer.rest = [];
    field.interest.add(viewer);
    if (watch.events === "all") field.listeners.add(viewer);
    if (first) this.#begin(viewer, watch.cursor);
    this.#delivery.pump(viewer);
  }

  /** The line has less in flight than before. */
  freed(viewer: Viewer): void {
    this.#delivery.pump(viewer);
  }

  /** Something to say to one client that is no event. */
  say(viewer: Viewer, message: Message): void {
    if (!viewer.closed) this.#delivery.say(viewer, message);
  }

  /** Sends a client away with a reason. */
  dismiss(viewer: Viewer, reason: EndReason, detail: string): void {
    if (viewer.closed) return;
    const comeBack = reason !== "revoked";
    this.#delivery.say(viewer, new Message("end", undefined, JSON.stringify({ reason, comeBack, detail })));
    this.leave(viewer);
    viewer.line.end(comeBack);
  }

  /** The client is gone; idempotent. */
  leave(viewer: Viewer): void {
    if (viewer.closed) return;
    const { field } = viewer;
    if (viewer.watching) field.interest.remove(viewer);
    viewer.closed = true;
    viewer.changes.clear();
    viewer.queue.clear();
    viewer.rest = [];
    field.listeners.delete(viewer);
    field.viewers.delete(viewer);
    this.#viewers--;
    if (field.viewers.size === 0) this.#farewell(field);
  }

  figures(): LiveFigures {
    const viewers: Record<string, number> = {};
    let eventsQueued = 0;
    let devices = 0;
    for (const field of this.#fields.values()) {
      devices += field.places.size;
      for (const viewer of field.viewers) {
        viewers[viewer.line.transport] = (viewers[viewer.line.transport] ?? 0) + 1;
        eventsQueued += viewer.queue.size;
      }
    }
    return { ...this.#tally, resets: { ...this.#tally.resets }, viewers, eventsQueued, devices };
  }

  /** Tells every client and ends its stream; idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe();
    this.#delivery.pace.stop();
    for (const field of this.#fields.values()) {
      for (const viewer of field.viewers) this.dismiss(viewer, "shutting_down", "the server is stopping");
      field.cancelFarewell?.();
    }
    this.#fields.clear();
  }

  #field(workspace: WorkspaceId): Field<Viewer> {
    let field = this.#fields.get(workspace);
    if (!field) {
      // Nothing can change between these two reads: both are synchronous, and the bus is already heard.
      field = new Field<Viewer>(workspace, this.#parts.latest.all(workspace), this.#parts.latest.seq);
      this.#fields.set(workspace, field);
    }
    field.cancelFarewell?.();
    field.cancelFarewell = undefined;
    return field;
  }

  #farewell(field: Field<Viewer>): void {
    if (this.#closed) return;
    field.cancelFarewell = this.#parts.clock.after(this.#parts.settings.keepUnwatched, () => {
      if (field.viewers.size === 0) this.#fields.delete(field.workspace);
    });
  }

  #cursor(seq: number): string {
    return encodeCursor({ epoch: this.#parts.events.epoch, seq });
  }

  #newest(field: Field<Viewer>): number {
    return Math.max(field.seq, this.#parts.latest.seq);
  }

  /** Leaves the old view: what it showed and the new one does not is marked, so that it is named as gone. */
  #look(viewer: Viewer, next: Watch): void {
    const { field } = viewer;
    field.interest.remove(viewer);
    field.listeners.delete(viewer);
    for (const entry of field.places.inside(viewer.box)) {
      if (!holds(next.box, entry.lon, entry.lat)) viewer.changes.set(entry.device, entry);
    }
  }

  #begin(viewer: Viewer, cursor: string | undefined): void {
    const newest = this.#newest(viewer.field);
    viewer.seq = newest;
    viewer.taken = newest;
    if (cursor === undefined) return;
    const place = placeOf(cursor, this.#parts.events.epoch, newest);
    if ("reset" in place) {
      this.#reset(viewer, place.reset);
      return;
    }
    if (place.seq === newest) return;
    viewer.seq = place.seq;
    viewer.taken = place.seq;
    viewer.replaying = true;
    void this.#catchUp(viewer, newest);
  }

  /** Live events wait in the queue since before the read, so that what was read and what waits overlap, never gap. */
  async #catchUp(viewer: Viewer, newest: number): Promise<void> {
    const { events, settings, logger } = this.#parts;
    const { workspace } = viewer.field;
    const missed = await readMissed(events, workspace, viewer.seq, settings.maxReplay).catch(
      (error: unknown) => {
        logger?.error({ err: error, workspace }, "missed events could not be read");
        return { reset: "unavailable" } as const;
      },
    );
    if (viewer.closed) return;
    const live = viewer.queue.drain();
    const end = "reset" in missed ? newest : missed.end;
    if ("reset" in missed) {
      viewer.seq = newest;
      this.#reset(viewer, missed.reset);
    } else {
      for (const one of missed.events) if (wants(viewer, one)) viewer.queue.push(this.#eventOf(one));
      this.#tally.replayed += viewer.queue.size;
      viewer.maxQueue = settings.maxQueue + viewer.queue.size;
    }
    for (const waiting of live)
      if (waiting.seq === undefined || waiting.seq > end) viewer.queue.push(waiting);
    viewer.replaying = false;
    viewer.taken = Math.max(viewer.taken, end);
    if (viewer.queue.size === 0) viewer.seq = Math.max(viewer.seq, end);
    this.#delivery.pump(viewer);
  }

  #reset(viewer: Viewer, reason: ResetReason): void {
    this.#tally.resets[reason]++;
    const cursor = this.#cursor(viewer.seq);
    this.#delivery.say(viewer, new Message("reset", cursor, JSON.stringify({ cursor, reason })));
  }

  #hear(news: News): void {
    const field = this.#fields.get(news.workspace);
    if (!field) return;
    if (news.kind === "moved") {
      this.#moved(field, news.devices);
    } else if (news.kind === "happened") {
      for (const one of news.events) this.#happened(field, one);
    } else {
      if (news.kind === "device-deleted") this.#vanished(field, news.device);
      const waiting = { message: noticeOf(news) };
      for (const viewer of field.viewers) if (viewer.watching) this.#offer(viewer, waiting);
    }
  }

  #moved(field: Field<Viewer>, devices: readonly DeviceStatus[]): void {
    for (const { fix, device } of devices) {
      if (!fix) continue;
      const before = field.places.get(device);
      const lon = before?.lon ?? fix.lon;
      const lat = before?.lat ?? fix.lat;
      const entry = field.places.put(fix);
      if (!entry) continue;
      const mark = (viewer: Viewer): void => this.#delivery.mark(viewer, entry);
      field.interest.at(entry.lon, entry.lat, mark);
      if (lon === entry.lon && lat === entry.lat) continue;
      field.interest.at(lon, lat, (viewer) => {
        if (!holds(viewer.box, entry.lon, entry.lat)) mark(viewer);
      });
    }
  }

  #vanished(field: Field<Viewer>, device: string): void {
    const entry = field.places.delete(device);
    if (entry) field.interest.at(entry.lon, entry.lat, (viewer) => this.#delivery.mark(viewer, entry));
  }

  #happened(field: Field<Viewer>, one: SequencedEvent): void {
    const waiting = this.#eventOf(one);
    const { lon, lat } = one.event;
    const listeners = [...field.listeners];
    field.interest.at(lon, lat, (viewer) => {
      if (viewer.events === "view") listeners.push(viewer);
    });
    for (const viewer of listeners) this.#offer(viewer, waiting);
    field.seq = Math.max(field.seq, one.seq);
  }

  #eventOf({ seq, event }: SequencedEvent): Waiting {
    const cursor = this.#cursor(seq);
    return {
      seq,
      message: new Message("event", cursor, JSON.stringify({ cursor, event: encodeEvent(event) })),
    };
  }

  #offer(viewer: Viewer, waiting: Waiting): void {
    if (viewer.closed || this.#delivery.offer(viewer, waiting)) return;
    this.#reset(viewer, "too_slow");
    this.dismiss(
      viewer,
      "too_slow",
      `more than ${viewer.maxQueue} events wait for this client; reload and come back`,
    );
  }
}

const wants = (viewer: Viewer, { event }: SequencedEvent): boolean =>
  viewer.events === "all" || holds(viewer.box, event.lon, event.lat);

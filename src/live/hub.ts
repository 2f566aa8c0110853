import type { Bus, Clock, Events, Latest, Principal } from "#ports";
import { encodeCursor, Problem, type WorkspaceId } from "#wire";
import { holds } from "./box.ts";
import { Delivery } from "./delivery.ts";
import { Field } from "./field.ts";
import { type LiveFigures, newTally, type Tally } from "./figures.ts";
import type { EndReason, Line } from "./line.ts";
import type { LiveLogger } from "./logger.ts";
import { Message } from "./message.ts";
import { hear } from "./news.ts";
import { Resume } from "./resume.ts";
import type { LiveSettings } from "./settings.ts";
import { Viewer } from "./viewer.ts";
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

/** The core: the viewers of all transports, and the workspaces they look at. */
export class Hub {
  readonly #parts: HubParts;
  readonly #fields = new Map<WorkspaceId, Field<Viewer>>();
  readonly #delivery: Delivery;
  readonly #resume: Resume;
  readonly #tally: Tally = newTally();
  readonly #unsubscribe: () => void;
  #viewers = 0;
  #closed = false;

  constructor(parts: HubParts) {
    const { events, settings, clock, logger, bus } = parts;
    const cursorOf = (seq: number): string => encodeCursor({ epoch: events.epoch, seq });
    this.#parts = parts;
    this.#delivery = new Delivery({ clock, settings, tally: this.#tally, cursorOf });
    this.#resume = new Resume({
      events,
      settings,
      tally: this.#tally,
      cursorOf,
      logger,
      delivery: this.#delivery,
    });
    const tooSlow = (viewer: Viewer): void => {
      this.#resume.reset(viewer, "too_slow");
      this.dismiss(
        viewer,
        "too_slow",
        `${viewer.queue.size} events wait for this client; reload and come back`,
      );
    };
    this.#unsubscribe = bus.subscribe((news) => {
      const field = this.#fields.get(news.workspace);
      if (field) hear(news, { field, delivery: this.#delivery, cursorOf, tooSlow });
    });
  }

  /** A new client; it gets nothing before `watch`. Throws `overloaded` at the bound and `shutting_down`. */
  join({ workspace, groups }: Pick<Principal, "workspace" | "groups">, line: Line): Viewer {
    if (this.#closed) throw new Problem("shutting_down", "the server is stopping; come back in a moment");
    if (this.#viewers >= this.#parts.settings.maxViewers) {
      this.#tally.refused++;
      throw new Problem(
        "overloaded",
        `there are ${this.#viewers} live streams already; this server holds no more`,
      );
    }
    const field = this.#field(workspace);
    const audience = field.audiences.join(groups);
    const viewer = new Viewer(field, line, audience, this.#newest(field), this.#parts.settings.maxQueue);
    field.viewers.add(viewer);
    this.#viewers++;
    return viewer;
  }

  /** Sets or moves the view: a snapshot follows at once, and on the first time what was missed since `cursor`. */
  watch(viewer: Viewer, watch: Watch): void {
    if (viewer.closed) return;
    const { field } = viewer;
    const first = !viewer.watching;
    if (!first) this.#lookAway(viewer, watch);
    viewer.box = watch.box;
    viewer.events = watch.events;
    viewer.watching = true;
    viewer.snapshotDue = true;
    viewer.rest = [];
    if (watch.format === "binary") {
      viewer.outlook = field.channels.open(viewer, { ...watch, audience: viewer.audience });
      field.readers.add(viewer);
    } else {
      field.interest.add(viewer);
    }
    if (watch.events === "all") field.listeners.add(viewer);
    if (first) this.#resume.begin(viewer, watch.cursor, this.#newest(field));
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
    if (viewer.watching) this.#close(viewer);
    viewer.closed = true;
    viewer.changes.clear();
    viewer.queue.clear();
    viewer.rest = [];
    field.listeners.delete(viewer);
    field.viewers.delete(viewer);
    field.audiences.leave(viewer.audience);
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
    for (const field of this.#fields.values()) {
      for (const viewer of field.viewers) this.dismiss(viewer, "shutting_down", "the server is stopping");
      field.cancelFarewell?.();
    }
    this.#fields.clear();
    this.#delivery.pace.stop();
  }

  #field(workspace: WorkspaceId): Field<Viewer> {
    let field = this.#fields.get(workspace);
    if (!field) {
      // Nothing can change between these two reads: both are synchronous, and the bus is already heard.
      const { latest, settings } = this.#parts;
      field = new Field<Viewer>(workspace, latest.all(workspace), latest.seq, {
        most: settings.maxChannel,
        wake: (outlook) => {
          for (const viewer of outlook.viewers) this.#delivery.stir(viewer);
        },
      });
      this.#fields.set(workspace, field);
    }
    field.cancelFarewell?.();
    field.cancelFarewell = undefined;
    return field;
  }

  /** Keeps the field for a while: the next viewer is often the same person reloading the page. */
  #farewell(field: Field<Viewer>): void {
    if (this.#closed) return;
    field.cancelFarewell = this.#parts.clock.after(this.#parts.settings.keepUnwatched, () => {
      if (field.viewers.size === 0) this.#fields.delete(field.workspace);
    });
  }

  /** Takes a viewer out of the index of positions. */
  #close(viewer: Viewer): void {
    const { field, outlook } = viewer;
    if (outlook) {
      field.channels.close(viewer, outlook);
      field.readers.remove(viewer);
      viewer.outlook = undefined;
    } else {
      field.interest.remove(viewer);
    }
  }

  #newest(field: Field<Viewer>): number {
    return Math.max(field.seq, this.#parts.latest.seq);
  }

  /** Leaves the old view: what it showed and the new one does not is marked, so that it is named as gone. */
  #lookAway(viewer: Viewer, next: Watch): void {
    const { field } = viewer;
    const { outlook } = viewer;
    this.#close(viewer);
    field.listeners.delete(viewer);
    // Binary frames say all of it by beginning anew.
    if (outlook || next.format === "binary") {
      viewer.changes.clear();
      return;
    }
    const left = field.places
      .inside(viewer.box)
      .filter((entry) => viewer.audience.sees(entry.groups) && !holds(next.box, entry.lon, entry.lat));
    // Past the bound the snapshot alone says it: its first frame replaces everything that the client shows.
    if (left.length + viewer.changes.size > this.#parts.settings.maxChanges) viewer.changes.clear();
    else for (const entry of left) viewer.changes.set(entry.device, entry);
  }
}

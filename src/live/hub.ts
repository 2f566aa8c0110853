import type { Bus, Clock, Events, Latest, OpenShare, Principal } from "#ports";
import { encodeCursor, Problem, type WorkspaceId } from "#wire";
import { holds } from "./box.ts";
import type { BudgetLimits } from "./budget.ts";
import { Delivery } from "./delivery.ts";
import { Field } from "./field.ts";
import { type LiveFigures, newTally, type Tally } from "./figures.ts";
import type { EndReason, Line } from "./line.ts";
import type { LiveLogger } from "./logger.ts";
import { Message } from "./message.ts";
import { hear, type Hearing } from "./news.ts";
import { Resume } from "./resume.ts";
import type { LiveSettings } from "./settings.ts";
import { type SharingParts, Showings } from "./showings.ts";
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
  /** Without it nobody comes with a share link. */
  readonly sharing?: SharingParts | undefined;
}

/** Who comes: somebody of the workspace, or somebody with a share link. */
type Comer = Pick<Principal, "workspace" | "groups"> | OpenShare;

/** The core: the viewers of all transports, and the workspaces they look at. */
export class Hub {
  readonly #parts: HubParts;
  readonly #fields = new Map<WorkspaceId, Field<Viewer>>();
  /** Fields of share links by the ids of these. */
  readonly #shared = new Map<string, Field<Viewer>>();
  readonly #showings: Showings | undefined;
  readonly #delivery: Delivery;
  readonly #resume: Resume;
  readonly #tally: Tally = newTally();
  /** Of all who ask for nothing else. */
  readonly #budget: BudgetLimits;
  readonly #unsubscribe: () => void;
  #viewers = 0;
  /** Those of them who came with a share link. */
  #guests = 0;
  #closed = false;

  constructor(parts: HubParts) {
    const { events, settings, clock, logger, bus } = parts;
    const cursorOf = (seq: number): string => encodeCursor({ epoch: events.epoch, seq });
    this.#parts = parts;
    this.#budget = { every: settings.frameEvery, bytesPerSecond: settings.maxBytesPerSecond };
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
    const hearing = (field: Field<Viewer>): Hearing => ({
      field,
      delivery: this.#delivery,
      cursorOf,
      tooSlow,
    });
    this.#showings =
      parts.sharing &&
      new Showings(parts.sharing, {
        field: (open) => this.#sharedField(open),
        hearing,
        dismiss: (field) => this.#endShare(field),
      });
    this.#unsubscribe = bus.subscribe((news) => {
      const field = this.#fields.get(news.workspace);
      if (field) hear(news, { field, delivery: this.#delivery, cursorOf, tooSlow });
      if (this.#shared.size > 0) this.#showings?.hear(news);
    });
  }

  /** A new client; it gets nothing before `watch`. Throws `overloaded` at the bound and `shutting_down`. */
  join(comer: Comer, line: Line): Viewer {
    if (this.#closed) throw new Problem("shutting_down", "the server is stopping; come back in a moment");
    if (this.#viewers >= this.#parts.settings.maxViewers) {
      this.#tally.refused++;
      throw new Problem(
        "overloaded",
        `there are ${this.#viewers} live streams already; this server holds no more`,
      );
    }
    const field = this.#fieldFor(comer);
    // The field of a link holds what may be seen, and nothing else.
    const audience = field.audiences.join("share" in comer ? undefined : comer.groups);
    const viewer = new Viewer(field, line, audience, this.#newest(field), {
      maxQueue: this.#parts.settings.maxQueue,
      budget: this.#budgetFor(),
    });
    field.viewers.add(viewer);
    this.#viewers++;
    if (field.share !== undefined) this.#guests++;
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
    viewer.budget.limits = this.#budgetFor(watch);
    this.#delivery.repace(viewer);
    if (watch.format === "binary") {
      viewer.outlook = field.channels.open(viewer, { ...watch, audience: viewer.audience });
      field.readers.add(viewer);
    } else {
      field.interest.add(viewer);
    }
    if (watch.events === "all") field.listeners.add(viewer);
    if (first) this.#begin(viewer, watch);
    this.#delivery.pump(viewer);
  }

  #begin(viewer: Viewer, watch: Watch): void {
    const { field } = viewer;
    const cursor = field.share === undefined ? watch.cursor : undefined;
    this.#resume.begin(viewer, cursor, this.#newest(field));
    const showing = this.#showings?.of(field);
    if (showing) this.#delivery.say(viewer, showing.names());
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
    viewer.forgetChanges();
    viewer.queue.clear();
    viewer.rest = [];
    field.listeners.delete(viewer);
    field.viewers.delete(viewer);
    field.audiences.leave(viewer.audience);
    this.#viewers--;
    if (field.share !== undefined) this.#guests--;
    if (field.viewers.size === 0) this.#farewell(field);
  }

  figures(): LiveFigures {
    const viewers: Record<string, number> = {};
    let eventsQueued = 0;
    let devices = 0;
    for (const field of this.#allFields()) {
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
    for (const field of this.#allFields()) {
      for (const viewer of field.viewers) this.dismiss(viewer, "shutting_down", "the server is stopping");
      field.cancelFarewell?.();
    }
    for (const field of this.#shared.values()) this.#showings?.close(field);
    this.#fields.clear();
    this.#shared.clear();
    this.#delivery.pace.stop();
  }

  /** What the server gives a client, or less where it asks for less. */
  #budgetFor({ every = 0, maxBytesPerSecond = Infinity }: Partial<Watch> = {}): BudgetLimits {
    const { every: least, bytesPerSecond: most } = this.#budget;
    if (every <= least && maxBytesPerSecond >= most) return this.#budget;
    return { every: Math.max(least, every), bytesPerSecond: Math.min(most, maxBytesPerSecond) };
  }

  #fieldFor(comer: Comer): Field<Viewer> {
    const field = "share" in comer ? this.#guestField(comer) : this.#field(comer.workspace);
    field.cancelFarewell?.();
    field.cancelFarewell = undefined;
    return field;
  }

  #field(workspace: WorkspaceId): Field<Viewer> {
    let field = this.#fields.get(workspace);
    if (!field) {
      // Nothing can change between these two reads: both are synchronous, and the bus is already heard.
      const { latest } = this.#parts;
      field = new Field<Viewer>(workspace, latest.all(workspace), latest.seq, this.#channels());
      this.#fields.set(workspace, field);
    }
    return field;
  }

  /** Links are for the world to see, so they never take the place of members. */
  #guestField(open: OpenShare): Field<Viewer> {
    const { maxGuests } = this.#parts.settings;
    if (this.#showings === undefined) throw new TypeError("share links are not shown here");
    if (this.#guests < maxGuests) return this.#showings.field(open);
    this.#tally.refused++;
    throw new Problem(
      "overloaded",
      `${maxGuests} streams of share links are open; this server holds no more`,
    );
  }

  #sharedField({ share: { workspace, id } }: OpenShare): Field<Viewer> {
    const field = new Field<Viewer>(workspace, [], 0, this.#channels(), id);
    this.#shared.set(id, field);
    return field;
  }

  #channels(): ConstructorParameters<typeof Field<Viewer>>[3] {
    return {
      most: this.#parts.settings.maxChannel,
      wake: (outlook) => {
        for (const viewer of outlook.viewers) this.#delivery.stir(viewer);
      },
    };
  }

  *#allFields(): Generator<Field<Viewer>, void> {
    yield* this.#fields.values();
    yield* this.#shared.values();
  }

  #endShare(field: Field<Viewer>): void {
    for (const viewer of field.viewers) this.dismiss(viewer, "revoked", "this share link has ended");
    this.#drop(field);
  }

  #drop(field: Field<Viewer>): void {
    field.cancelFarewell?.();
    if (field.share === undefined) this.#fields.delete(field.workspace);
    else {
      this.#shared.delete(field.share);
      this.#showings?.close(field);
    }
  }

  /** The device that a share link shows right now under this alias. */
  shownAs(share: string, alias: string): string | undefined {
    return this.#showings?.shownAs(share, alias);
  }

  /** Keeps the field for a while: the next viewer is often the same person reloading the page. */
  #farewell(field: Field<Viewer>): void {
    if (this.#closed) return;
    field.cancelFarewell = this.#parts.clock.after(this.#parts.settings.keepUnwatched, () => {
      if (field.viewers.size === 0) this.#drop(field);
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
    // The feed is none of a link's business, nor how far it has come.
    return field.share === undefined ? Math.max(field.seq, this.#parts.latest.seq) : 0;
  }

  /** Leaves the old view: what it showed and the new one does not is marked, so that it is named as gone. */
  #lookAway(viewer: Viewer, next: Watch): void {
    const { field } = viewer;
    const { outlook } = viewer;
    this.#close(viewer);
    field.listeners.delete(viewer);
    // Binary frames say all of it by beginning anew.
    if (outlook || next.format === "binary") {
      viewer.forgetChanges();
      return;
    }
    const left = field.places
      .inside(viewer.box)
      .filter((entry) => viewer.audience.sees(entry.groups) && !holds(next.box, entry.lon, entry.lat));
    // Past the bound the snapshot alone says it: its first frame replaces everything that the client shows.
    if (left.length + viewer.changes.size > this.#parts.settings.maxChanges) viewer.forgetChanges();
    else for (const entry of left) viewer.changes.set(entry.device, entry);
  }
}

import type { Clock } from "#ports";
import type { DeviceId } from "#wire";
import type { Entry } from "./entry.ts";
import type { Tally } from "./figures.ts";
import { changesFrame, snapshotFrame } from "./frames.ts";
import type { Message } from "./message.ts";
import type { Frame, Outlook } from "./outlook.ts";
import { Pace } from "./pace.ts";
import type { LiveSettings } from "./settings.ts";
import type { Viewer, Waiting } from "./viewer.ts";

/** Frames that are shared leave on beats, so many in the least time between two frames of a viewer. */
const BEATS = 4;

/** What delivery needs. */
export interface DeliveryParts {
  readonly clock: Clock;
  readonly settings: LiveSettings;
  readonly tally: Tally;
  /** The opaque cursor of a place in the feed. */
  readonly cursorOf: (seq: number) => string;
}

/**
 * Decides what each viewer is handed next, and when: events first and at once, then the snapshot, then changes at
 * their pace. Positions go out only when the network has taken everything before, so that at most one frame of a
 * viewer is ever encoded and waiting; what changes meanwhile is a mark on the device.
 */
export class Delivery {
  readonly pace: Pace;
  readonly #clock: Clock;
  readonly #settings: LiveSettings;
  readonly #tally: Tally;
  readonly #cursorOf: (seq: number) => string;

  constructor({ clock, settings, tally, cursorOf }: DeliveryParts) {
    this.#clock = clock;
    this.#settings = settings;
    this.#tally = tally;
    this.#cursorOf = cursorOf;
    this.pace = new Pace(clock, (viewer) => this.pump(viewer));
  }

  /** Hands over whatever may go now. Called when something is due and when the network has taken what it had. */
  pump(viewer: Viewer): void {
    this.#run(viewer, () => this.#nextEvent(viewer) || this.#nextPositions(viewer));
  }

  /** Says something outside the order of events: `reset`, `problem`, `end`. */
  say(viewer: Viewer, message: Message): void {
    this.#send(viewer, message);
  }

  /** Marks a device as changed for a viewer; the frame follows as soon as its pace allows. */
  mark(viewer: Viewer, entry: Entry): void {
    if (viewer.changes.has(entry.device)) this.#tally.conflated++;
    else if (viewer.changes.size >= this.#settings.maxChanges) {
      viewer.forgetChanges();
      viewer.snapshotDue = true;
    }
    viewer.changes.set(entry.device, entry);
    this.pace.soon(viewer);
  }

  /** The pace of a viewer is another one: what waits for the old one waits no longer than the server's own. */
  repace(viewer: Viewer): void {
    const next = this.#clock.now() + this.#settings.frameEvery;
    if (viewer.nextFrameAt <= next) return;
    viewer.nextFrameAt = next;
    this.pace.forget(viewer);
  }

  /** There is something new in what a viewer of binary frames looks at. */
  stir(viewer: Viewer): void {
    if (viewer.nextFrameAt > this.#clock.now()) this.pace.at(viewer, viewer.nextFrameAt);
    else this.pace.soon(viewer);
  }

  /** Hands an event or a notice over now, or queues it; false when the queue is at its bound. */
  offer(viewer: Viewer, waiting: Waiting): boolean {
    if (waiting.seq !== undefined && waiting.seq <= viewer.taken) return true;
    if (viewer.queue.size >= viewer.maxQueue) return false;
    if (waiting.seq !== undefined) viewer.taken = waiting.seq;
    viewer.queue.push(waiting);
    // Positions wait for their pace, so that one frame carries all that a commit changed.
    this.#run(viewer, () => this.#nextEvent(viewer));
    return true;
  }

  /** Repeats a step that hands over one message and says whether there may be another; a line may call back from within. */
  #run(viewer: Viewer, step: () => boolean): void {
    if (viewer.pumping || viewer.closed) return;
    viewer.pumping = true;
    try {
      let more = true;
      while (more && !viewer.closed) more = step();
    } finally {
      viewer.pumping = false;
    }
  }

  #nextEvent(viewer: Viewer): boolean {
    if (viewer.replaying || viewer.line.inFlight > this.#settings.maxInFlight) return false;
    const next = viewer.queue.take();
    if (!next) return false;
    if (next.seq !== undefined) viewer.seq = next.seq;
    // While it waited, what it is about may have gone out of sight.
    if (next.about && !viewer.mayHear(next.about)) return true;
    if (next.seq !== undefined) this.#tally.events++;
    this.#send(viewer, next.message);
    return true;
  }

  #nextPositions(viewer: Viewer): boolean {
    if (!viewer.watching || viewer.line.inFlight > 0) return false;
    if (viewer.outlook) return this.#nextShared(viewer, viewer.outlook);
    if (viewer.snapshotDue) return this.#beginSnapshot(viewer);
    if (viewer.rest.length > 0) return this.#sendSnapshot(viewer, [], { first: false, cut: 0 });
    if (viewer.changes.size === 0) return false;
    const now = this.#clock.now();
    if (now < viewer.nextFrameAt) {
      this.pace.at(viewer, viewer.nextFrameAt);
      return false;
    }
    return this.#sendChanges(viewer, now);
  }

  /** As `#nextPositions`, in frames that viewers share. */
  #nextShared(viewer: Viewer, outlook: Outlook<Viewer>): boolean {
    const now = this.#clock.now();
    if (viewer.snapshotDue) {
      viewer.snapshotDue = false;
      viewer.part = 0;
      viewer.seen = viewer.field.channels.version;
      outlook.stirred = false;
      this.#tally.snapshots++;
    }
    if (viewer.part < outlook.channels.length) {
      const part = outlook.part(viewer.part, this.#settings.frameSize, this.#freshCursor(viewer), now);
      viewer.part = part.next;
      return this.#sendShared(viewer, part);
    }
    if (viewer.seen >= outlook.newest) return false;
    if (now < viewer.nextFrameAt) {
      this.pace.at(viewer, viewer.nextFrameAt);
      return false;
    }
    const frame = outlook.changes(viewer.seen, this.#freshCursor(viewer), now);
    outlook.stirred = false;
    viewer.seen = viewer.field.channels.version;
    this.#tally.frames++;
    this.#sendShared(viewer, frame);
    // Like viewers can share a frame when they are due together, so all are due on common beats.
    const beat = this.#settings.frameEvery / BEATS;
    viewer.nextFrameAt = Math.floor(viewer.budget.next(now) / beat) * beat;
    return true;
  }

  /** The cursor to tell, or undefined when the viewer has it already. */
  #freshCursor(viewer: Viewer): string | undefined {
    const cursor = this.#cursorOf(viewer.covered);
    return cursor === viewer.told ? undefined : cursor;
  }

  #sendShared(viewer: Viewer, { message, size }: Frame): boolean {
    this.#tally.updates += size;
    viewer.budget.spend(message.bytes, this.#clock.now());
    this.#send(viewer, message);
    return true;
  }

  #beginSnapshot(viewer: Viewer): boolean {
    const { field } = viewer;
    const found = field.places.inside(viewer.box).filter(({ groups }) => viewer.audience.sees(groups));
    // What was marked is in the snapshot or has left the view. The device is looked up again: a marked one may have
    // been deleted, and have come back at a place that only the new view holds.
    const gone = [...viewer.changes.keys()].filter((device) => {
      const entry = field.places.get(device);
      return !entry || !viewer.shows(entry);
    });
    viewer.forgetChanges();
    viewer.snapshotDue = false;
    const cut = Math.max(0, found.length - this.#settings.maxSnapshot);
    viewer.rest = cut > 0 ? found.slice(0, this.#settings.maxSnapshot) : found;
    this.#tally.snapshots++;
    return this.#sendSnapshot(viewer, gone, { first: true, cut });
  }

  #sendSnapshot(
    viewer: Viewer,
    gone: readonly DeviceId[],
    { first, cut }: { first: boolean; cut: number },
  ): boolean {
    // What left the view while earlier parts were on their way is marked, and named as gone in the next frame.
    const part = viewer.rest.splice(0, this.#settings.frameSize).filter((entry) => viewer.shows(entry));
    const marks = { first, more: viewer.rest.length > 0, cut };
    this.#tally.updates += part.length;
    const message = snapshotFrame(this.#cursorOf(viewer.covered), part, gone, marks);
    viewer.budget.spend(message.bytes, this.#clock.now());
    this.#send(viewer, message);
    return true;
  }

  #sendChanges(viewer: Viewer, now: number): boolean {
    this.#tally.updates += viewer.changes.size;
    this.#tally.frames++;
    const message = changesFrame(this.#cursorOf(viewer.covered), viewer.changes.values(), (entry) =>
      viewer.shows(entry),
    );
    viewer.forgetChanges();
    viewer.budget.spend(message.bytes, now);
    viewer.nextFrameAt = viewer.budget.next(now);
    this.#send(viewer, message);
    return true;
  }

  #send(viewer: Viewer, message: Message): void {
    this.#tally.bytes += message.bytes;
    if (message.cursor !== undefined) viewer.told = message.cursor;
    viewer.line.send(message);
  }
}

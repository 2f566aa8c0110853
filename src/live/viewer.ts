import type { EpochMs } from "#geo";
import type { DeviceId, Event } from "#wire";
import type { Audience } from "./audience.ts";
import { Budget, type BudgetLimits } from "./budget.ts";
import { type Box, holds, toBox } from "./box.ts";
import type { Entry } from "./entry.ts";
import type { Field } from "./field.ts";
import type { Line } from "./line.ts";
import type { Message } from "./message.ts";
import type { Outlook } from "./outlook.ts";
import { Queue } from "./queue.ts";

/** A message that waits, with the sequence number when it is an event, and the devices that it tells of. */
export interface Waiting {
  readonly message: Message;
  readonly seq?: number;
  readonly about?: Pick<Event, "device" | "other">;
}

/**
 * What the core knows of one client. It holds references and marks, never encoded frames: a client that does not read
 * costs at most `maxChanges` references and `maxQueue` shared messages.
 */
export class Viewer {
  readonly field: Field<Viewer>;
  readonly line: Line;
  readonly audience: Audience;
  box: Box = toBox([0, 0, 0, 0]);
  events: "view" | "all" = "view";
  watching = false;
  closed = false;
  /** Most never need one, and an empty one weighs as much as the rest of a viewer. */
  #changes: Map<DeviceId, Entry> | undefined;
  /** A snapshot is to be sent; `rest` is what remains of one that is on its way. */
  snapshotDue = false;
  rest: Entry[] = [];
  /** What it looks at when it gets binary frames; everything about positions but `snapshotDue` is for the others. */
  outlook: Outlook<Viewer> | undefined;
  /** Version of the field that it has been handed, and the first channel of what remains of a snapshot. */
  seen = 0;
  part = 0;
  /** The newest cursor that it has been handed. */
  told: string | undefined;
  /** Events and notices that the client has not been handed yet. */
  readonly queue: Queue<Waiting> = new Queue();
  /** While missed events are being read, live ones wait in the queue. */
  replaying = false;
  maxQueue: number;
  /** Every event up to here that concerns this viewer has been handed to its line. */
  seq: number;
  /** Every event up to here has been handed over or waits in the queue; a copy of it is not taken again. */
  taken: number;
  nextFrameAt: EpochMs = 0;
  readonly budget: Budget;
  scheduled = false;
  pumping = false;

  constructor(
    field: Field<Viewer>,
    line: Line,
    audience: Audience,
    seq: number,
    { maxQueue, budget }: { readonly maxQueue: number; readonly budget: BudgetLimits },
  ) {
    this.budget = new Budget(budget);
    this.field = field;
    this.line = line;
    this.audience = audience;
    this.seq = seq;
    this.taken = seq;
    this.maxQueue = maxQueue;
  }

  /** Devices that changed since the last frame; what they became is looked up when the frame is made. */
  get changes(): Map<DeviceId, Entry> {
    return (this.#changes ??= new Map());
  }

  forgetChanges(): void {
    this.#changes = undefined;
  }

  /** Is a device on this viewer's map: in its box, and one that it may see? */
  shows(entry: Entry): boolean {
    return !entry.deleted && holds(this.box, entry.lon, entry.lat) && this.audience.sees(entry.groups);
  }

  /** May it know of an event, or a notice? An event of a pair tells of both devices, so both must be visible. */
  mayHear({ device, other }: Pick<Event, "device" | "other">): boolean {
    const { audience, field } = this;
    if (audience.groups === undefined) return true;
    if (!audience.sees(field.grouping.of(device))) return false;
    return other === undefined || audience.sees(field.grouping.of(other));
  }

  /** The newest place in the feed that a frame for this viewer may name without skipping an event. */
  get covered(): number {
    return this.replaying || this.queue.size > 0 ? this.seq : Math.max(this.seq, this.field.seq);
  }
}

import type { EpochMs } from "#geo";
import type { QueuedAlert } from "#ports";
import { Heap } from "./heap.ts";

/** Bounds of a window; see `DeliverSettings`. */
export interface WindowBounds {
  readonly window: number;
  readonly laneWindow: number;
  readonly waitingLanes: number;
}

/** Alerts about one device (or pair) on their way to one target: strictly one after another. */
interface Lane {
  readonly name: string;
  /** In memory, ascending. */
  readonly alerts: QueuedAlert[];
  /** The first of them is under way. */
  busy: boolean;
  place: "ready" | "waiting" | "nowhere";
  due: EpochMs;
  /** The store has more of it, or may have, behind `after`; what is offered is passed over, the store is asked later. */
  more: boolean;
  after: number;
  filling: boolean;
}

/** A lane whose alerts must be read from the store, and from where. */
export interface LaneToFill {
  readonly lane: string;
  readonly after: number;
  readonly limit: number;
  /** Which reading of the queue it belongs to: `reset` begins another one. */
  readonly round: number;
}

/**
 * The alerts of one target that are in memory, by lane. It knows which may be sent now and how much more may be read;
 * it calls nobody. Whatever finds no place is passed over and read again later: the queue is the store.
 */
export class Window {
  readonly #bounds: WindowBounds;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready: Lane[] = [];
  readonly #waiting = new Heap<{ readonly lane: Lane; readonly due: EpochMs }>((a, b) => a.due < b.due);
  readonly #empty = new Set<Lane>();
  /** In memory, or finished and not yet recorded: the store would give them once more. */
  readonly #known = new Set<number>();
  /** What was known when alerts were queued anew; `true` once the store gave it, which may mean that it was, too. */
  readonly #suspects = new Map<number, boolean>();
  #held = 0;
  #waitingLanes = 0;
  #round = 0;
  #forgivenAt: EpochMs = -Infinity;

  constructor(bounds: WindowBounds) {
    this.#bounds = bounds;
  }

  /** Alerts in memory. */
  get held(): number {
    return this.#held;
  }

  /** How many alerts more may be read. */
  get room(): number {
    if (this.#waitingLanes >= this.#bounds.waitingLanes) return 0;
    return Math.max(0, this.#bounds.window - (this.#held - this.#waitingLanes));
  }

  /** Takes an alert that is later than all of its lane before it; passes it over where there is no place. */
  offer(alert: QueuedAlert, now: EpochMs): void {
    if (this.#isKnown(alert)) return;
    const lane = this.#lane(alert.lane);
    if (
      lane.more ||
      lane.filling ||
      lane.place === "waiting" ||
      lane.alerts.length >= this.#bounds.laneWindow
    ) {
      lane.more = true;
      return;
    }
    this.#add(lane, alert);
    this.#schedule(lane, now);
  }

  /** The next alert that may be sent; it is under way until `finished` or `retry`. */
  take(now: EpochMs): QueuedAlert | undefined {
    this.#promote(now);
    for (let lane = this.#ready.shift(); lane; lane = this.#ready.shift()) {
      if (lane.place !== "ready") continue;
      lane.place = "nowhere";
      lane.busy = true;
      return lane.alerts[0];
    }
    return undefined;
  }

  /** The alert under way is done with; its lane goes on. It stays known until `recorded`. */
  finished({ lane: name }: QueuedAlert, now: EpochMs): void {
    const lane = this.#lane(name);
    lane.busy = false;
    lane.alerts.shift();
    this.#held--;
    this.#schedule(lane, now);
  }

  /** The alert under way is to be sent again, when it is due. */
  retry(alert: QueuedAlert, now: EpochMs): void {
    const lane = this.#lane(alert.lane);
    lane.busy = false;
    lane.alerts[0] = alert;
    this.#schedule(lane, now);
  }

  /** The store knows what became of it. Answers true when the queue must be read anew, because it may be in it again. */
  recorded(seq: number): boolean {
    const again = this.#suspects.get(seq) === true;
    this.#suspects.delete(seq);
    this.#known.delete(seq);
    return again;
  }

  /** When the next lane that waits is due. */
  nextDue(): EpochMs | undefined {
    for (let first = this.#waiting.peek(); first; first = this.#waiting.peek()) {
      if (first.lane.place === "waiting" && first.lane.due === first.due) return first.due;
      this.#waiting.pop();
    }
    return undefined;
  }

  /** May something be sent now? */
  ready(now: EpochMs): boolean {
    this.#promote(now);
    return this.#ready.some((lane) => lane.place === "ready");
  }

  /** Whatever failed before now need not wait any longer, in memory or not. */
  forgive(now: EpochMs): void {
    this.#forgivenAt = now;
    this.#promote(Infinity);
  }

  /** Takes out what is given up, in order, of the lanes that are not busy. */
  takeExpired(expired: (alert: QueuedAlert) => boolean, now: EpochMs): QueuedAlert[] {
    const taken: QueuedAlert[] = [];
    for (const lane of this.#lanes.values()) {
      const before = taken.length;
      while (!lane.busy) {
        const [first] = lane.alerts;
        if (!first || !expired(first)) break;
        lane.alerts.shift();
        this.#held--;
        taken.push(first);
      }
      if (taken.length === before) continue;
      this.#leave(lane);
      this.#schedule(lane, now);
    }
    return taken;
  }

  /**
   * Forgets everything that is not under way, so that it is read anew from the beginning of the queue. `queuedAnew`: what
   * is finished and not recorded may be in the queue again by now.
   */
  reset(queuedAnew: boolean): void {
    this.#round++;
    for (const lane of this.#lanes.values()) {
      for (const { seq } of lane.alerts.splice(lane.busy ? 1 : 0)) {
        this.#known.delete(seq);
        this.#held--;
      }
      this.#leave(lane);
      lane.after = 0;
      lane.more = lane.busy || lane.filling;
      if (!lane.more) this.#lanes.delete(lane.name);
    }
    this.#ready.length = 0;
    this.#empty.clear();
    if (queuedAnew) for (const seq of this.#known) this.#suspects.set(seq, false);
  }

  /** Lanes that were emptied while the store has more of them; to be answered with `filled`. */
  takeToFill(): LaneToFill[] {
    const lanes = [...this.#empty];
    this.#empty.clear();
    const { window, laneWindow } = this.#bounds;
    const limit = Math.min(laneWindow, Math.max(1, window - this.#held));
    return lanes.map((lane) => {
      lane.filling = true;
      // What is passed over while the store is being asked sets it again.
      lane.more = false;
      return { lane: lane.name, after: lane.after, limit, round: this.#round };
    });
  }

  /** Alerts of a lane as `takeToFill` asked for them; undefined when the store did not answer. */
  filled(
    { lane: name, limit, round }: LaneToFill,
    alerts: readonly QueuedAlert[] | undefined,
    now: EpochMs,
  ): void {
    const lane = this.#lane(name);
    lane.filling = false;
    if (alerts === undefined || round !== this.#round) lane.more = true;
    else {
      for (const alert of alerts) {
        lane.after = alert.seq;
        if (!this.#isKnown(alert)) this.#add(lane, alert);
      }
      if (alerts.length >= limit) lane.more = true;
    }
    this.#schedule(lane, now);
  }

  #isKnown({ seq }: QueuedAlert): boolean {
    if (this.#suspects.has(seq)) this.#suspects.set(seq, true);
    return this.#known.has(seq);
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known) return known;
    const lane: Lane = {
      name,
      alerts: [],
      busy: false,
      place: "nowhere",
      due: 0,
      more: false,
      after: 0,
      filling: false,
    };
    this.#lanes.set(name, lane);
    return lane;
  }

  #add(lane: Lane, alert: QueuedAlert): void {
    lane.alerts.push(alert);
    lane.after = alert.seq;
    this.#known.add(alert.seq);
    this.#held++;
  }

  /** Puts a lane where it belongs: ready, waiting for its first alert, to be filled, or forgotten. */
  #schedule(lane: Lane, now: EpochMs): void {
    if (lane.busy || lane.place !== "nowhere") return;
    const [first] = lane.alerts;
    if (!first) {
      if (lane.filling) return;
      if (lane.more) this.#empty.add(lane);
      else this.#lanes.delete(lane.name);
      return;
    }
    const forgiven = first.lastAt !== undefined && first.lastAt <= this.#forgivenAt;
    lane.due = forgiven ? 0 : first.dueAt;
    if (lane.due <= now) {
      lane.place = "ready";
      this.#ready.push(lane);
    } else this.#wait(lane, first);
  }

  /** Of a lane that waits only the first alert stays in memory. */
  #wait(lane: Lane, first: QueuedAlert): void {
    lane.place = "waiting";
    this.#waitingLanes++;
    this.#waiting.push({ lane, due: lane.due });
    const rest = lane.alerts.splice(1);
    if (rest.length === 0) return;
    for (const { seq } of rest) this.#known.delete(seq);
    this.#held -= rest.length;
    lane.after = first.seq;
    lane.more = true;
  }

  #leave(lane: Lane): void {
    if (lane.place === "waiting") this.#waitingLanes--;
    lane.place = "nowhere";
  }

  #promote(until: EpochMs): void {
    for (let due = this.nextDue(); due !== undefined && due <= until; due = this.nextDue()) {
      const lane = this.#waiting.pop()?.lane;
      if (!lane) return;
      this.#leave(lane);
      lane.place = "ready";
      this.#ready.push(lane);
    }
  }
}

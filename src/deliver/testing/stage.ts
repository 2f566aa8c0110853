import { alertOf, eventOf, targetOf } from "#ports/contract";
import type { AlertRecord, Clock, TargetKey } from "#ports";
import { alertId, type Event, type Target } from "#wire";
import type { Sender, SendResult, Senders } from "../message.ts";
import { Dispatcher } from "../dispatcher.ts";
import { DEFAULTS, type DeliverSettings } from "../settings.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeSenders } from "./fake-senders.ts";
import { MemoryOutbox, OutboxDisk } from "./memory-outbox.ts";

/** Where the clock of a stage starts. */
export const START = 1_700_000_000_000;

/** A dispatcher on an outbox in memory, with a clock that stands still and targets that answer as they are told. */
export class Stage {
  readonly disk: OutboxDisk = new OutboxDisk();
  readonly clock: FakeClock = new FakeClock(START);
  readonly network: FakeSenders = new FakeSenders(this.clock);
  readonly complaints: string[] = [];
  readonly settings: DeliverSettings;
  readonly random: () => number;
  outbox: MemoryOutbox = new MemoryOutbox(this.disk);
  dispatcher: Dispatcher;
  /** Ends the process: its timers and its network are gone. */
  #kill: () => void = () => {};

  constructor(settings: Partial<DeliverSettings> = {}, random: () => number = () => 0.5) {
    this.settings = { ...DEFAULTS, ...settings };
    this.random = random;
    this.dispatcher = this.#open();
  }

  /** kill -9, and the next process on the same disk. */
  restart(): void {
    this.#kill();
    const { latency } = this.outbox;
    this.outbox = new MemoryOutbox(this.disk);
    this.outbox.latency = latency;
    this.dispatcher = this.#open();
  }

  async target(id: string, more: Partial<Target> = {}): Promise<Target> {
    return this.outbox.targets.create(targetOf(id, "main", more));
  }

  /** Commits alerts of new events of these devices for a target, in this order, and says so; answers their ids. */
  async raise(target: string, devices: readonly string[], prefix = `${this.disk.seq}`): Promise<string[]> {
    const events = devices.map((device, i) => this.event(`${prefix}-${device}-${i}`, device));
    await this.outbox.commit({
      alerts: events.map((event) => alertOf(event, target, { at: this.clock.now() })),
      followUps: [],
    });
    this.dispatcher.wake();
    return events.map(({ id }) => alertId(id, target));
  }

  event(id: string, device: string): Event {
    return eventOf(id, device, this.clock.now());
  }

  /** All alerts of a target as they are stored. */
  records(target: string): Promise<readonly AlertRecord[]> {
    return this.outbox.list({ workspace: "main", target, limit: 100_000 });
  }

  async states(target: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { state } of await this.records(target)) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  #open(): Dispatcher {
    const { outbox } = this;
    const alive = { yes: true };
    this.#kill = () => {
      alive.yes = false;
      outbox.crash();
    };
    const clock: Clock = {
      now: () => this.clock.now(),
      after: (delay, task) => this.clock.after(delay, () => void (alive.yes && task())),
    };
    const { webhook } = this.network.senders;
    const sender: Sender = {
      ...(webhook as Sender),
      send: async (...given) => {
        const result = await (webhook as Sender).send(...given);
        return alive.yes ? result : new Promise(() => {});
      },
    };
    const senders = { webhook: sender, email: sender, mqtt: sender, push: sender } as unknown as Senders;
    const note = (_: object, message: string): void => void this.complaints.push(message);
    return new Dispatcher({
      outbox,
      targets: outbox.targets,
      senders,
      clock,
      random: this.random,
      logger: { info: () => {}, warn: note, error: note },
      settings: this.settings,
      names: () => ({}),
    });
  }
}

/** A stage on which nobody looks after what was forgotten, unless a test is about that: what stands still is found. */
export class StrictStage extends Stage {
  constructor(settings: Partial<DeliverSettings> = {}, random?: () => number) {
    super({ look: Number.POSITIVE_INFINITY, ...settings }, random);
  }
}

/** How a target fails. */
export const failed: SendResult = { status: 500, error: "answered 500" };

/** A target named in full. */
export const keyOf = (target: string): TargetKey => ({ workspace: "main", target });

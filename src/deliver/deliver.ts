import { randomUUID } from "node:crypto";
import type { Milliseconds } from "#geo";
import type { Clock, Outbox, Targets } from "#ports";
import type { Event, Target } from "#wire";
import { senderOf } from "./attempt.ts";
import type { Random } from "./backoff.ts";
import type { Channels } from "./channels.ts";
import { checkedTargets } from "./checked-targets.ts";
import { Dispatcher } from "./dispatcher.ts";
import { type DeliverFigures, figuresOf } from "./figures.ts";
import { Guard, type Resolve } from "./guard.ts";
import type { DeliverLogger } from "./logger.ts";
import type { Message, Names } from "./message.ts";
import { createSenders } from "./senders.ts";
import { DEFAULTS, type DeliverSettings } from "./settings.ts";

/** What delivery works with. */
export interface DeliverOptions {
  readonly outbox: Outbox;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: DeliverLogger;
  readonly settings?: Partial<DeliverSettings>;
  readonly channels?: Channels;
  /** How people call the things of an event; asked for each attempt, so it must answer from memory. Default: no names. */
  readonly names?: (event: Event) => Names;
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
}

/** What became of a test message. */
export interface TestResult {
  readonly duration: Milliseconds;
  readonly status?: number;
  /** Absent when the target took it. */
  readonly error?: string;
}

/** Alerts on their way from the outbox to their targets. */
export interface Deliver {
  /** For those who edit targets; refuses what cannot be sent to, and tells the couriers of changes. */
  readonly targets: Targets;
  /** For those who look at alerts; what is re-driven through it is sent at once. */
  readonly outbox: Outbox;
  /** There is something new in the outbox. Cheap; many calls while it is being read count as one. */
  wake(): void;
  /** Sends one test message at once, outside the queue. */
  test(target: Target): Promise<TestResult>;
  figures(): Promise<DeliverFigures>;
  /** Ends what is under way within a bound and records it; what is not sent waits in the store. Idempotent. */
  close(): Promise<void>;
}

function watched(outbox: Outbox, dispatcher: Dispatcher): Outbox {
  return {
    queued: (query) => outbox.queued(query),
    record: (outcomes) => outbox.record(outcomes),
    list: (query) => outbox.list(query),
    figures: () => outbox.figures(),
    forget: (before) => outbox.forget(before),
    async redrive(order) {
      try {
        // What was sent a moment ago would otherwise count as sent because of that.
        await dispatcher.flush();
        const count = await outbox.redrive(order);
        dispatcher.rescan(order);
        return count;
      } catch (error) {
        // It may have come half-way.
        dispatcher.courier(order)?.rescan();
        throw error;
      }
    },
  };
}

/** Begins to deliver: first what waits in the outbox, then what comes. */
export function createDeliver(options: DeliverOptions): Deliver {
  const { clock, channels = {}, resolve, names = () => ({}) } = options;
  const settings = { ...DEFAULTS, ...options.settings };
  const guard = new Guard({ ...settings, ...(resolve && { resolve }) });
  const senders = createSenders(channels, guard, clock, settings);
  const dispatcher = new Dispatcher({ ...options, settings, senders, names });
  const onChange = (before: Target, after: Target | undefined): void => {
    senderOf(senders, before).forget(before);
    dispatcher.changed({ workspace: before.workspace, target: before.id }, after);
  };
  return {
    targets: checkedTargets({ targets: options.targets, guard, channels, onChange }),
    outbox: watched(options.outbox, dispatcher),
    wake: () => dispatcher.wake(),
    async test(target) {
      const id = `test_${randomUUID()}`;
      const message: Message = { id, workspace: target.workspace, names: {}, rules: [], at: clock.now() };
      const tried = await dispatcher.attempts.start(target, () => message);
      if (!tried) return { duration: 0, error: "the server is stopping" };
      const { duration, result } = tried;
      const { status, error } = result;
      return { duration, ...(status !== undefined && { status }), ...(error !== undefined && { error }) };
    },
    figures: () => figuresOf(options.outbox, dispatcher, clock.now()),
    close: () => dispatcher.close(),
  };
}

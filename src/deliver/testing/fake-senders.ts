import type { Clock } from "#ports";
import type { Target } from "#wire";
import type { Message, SendResult, Sender, Senders } from "../message.ts";

/** One attempt as a target saw it. */
export interface Seen {
  readonly target: string;
  readonly id: string;
  /** Device of the event; empty in a test message. */
  readonly device: string;
  readonly event: string;
  readonly at: number;
}

/** How a target answers; after `delay` milliseconds, or never. */
export type Answer = SendResult & { readonly delay?: number };

/** Senders that ask a function instead of a network. */
export class FakeSenders {
  /** Attempts in the order in which they began, and those that the target took. */
  readonly began: Seen[] = [];
  readonly took: Seen[] = [];
  readonly forgotten: string[] = [];
  /** Messages under way, and the most there ever were, by target. */
  readonly underWay: Map<string, number> = new Map();
  readonly most: Map<string, number> = new Map();
  closed = 0;
  /** `"never"`: it does not even take notice of being aborted. */
  answer: (target: Target, message: Message) => Answer | "never" = () => ({ status: 200 });
  readonly senders: Senders;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    const sender: Sender = {
      send: (target, message) => this.#send(target, message),
      forget: ({ id }) => void this.forgotten.push(id),
      close: async () => void this.closed++,
    };
    this.senders = { webhook: sender, email: sender, mqtt: sender, push: sender } as unknown as Senders;
  }

  async #send(target: Target, message: Message): Promise<SendResult> {
    const { id, event } = message;
    const now = this.#clock.now();
    const seen = { target: target.id, id, device: event?.device ?? "", event: event?.id ?? "", at: now };
    this.began.push(seen);
    const count = (this.underWay.get(target.id) ?? 0) + 1;
    this.underWay.set(target.id, count);
    this.most.set(target.id, Math.max(count, this.most.get(target.id) ?? 0));
    const answer = this.answer(target, message);
    if (answer === "never") return new Promise(() => {});
    const { delay = 0, ...result } = answer;
    if (delay > 0) await new Promise<void>((resolve) => void this.#clock.after(delay, resolve));
    this.underWay.set(target.id, (this.underWay.get(target.id) ?? 0) - 1);
    if (result.error === undefined) this.took.push(seen);
    return result;
  }
}

import type { EpochMs, Milliseconds } from "#geo";
import type { Clock } from "#ports";
import type { Target } from "#wire";
import type { Message, SendResult, Sender, Senders } from "./message.ts";
import { troubleOf } from "./trouble.ts";

/** A finished attempt. */
export interface Tried {
  readonly at: EpochMs;
  readonly duration: Milliseconds;
  readonly result: SendResult;
}

/** What attempts need. */
export interface AttemptParts {
  readonly senders: Senders;
  readonly clock: Clock;
  readonly timeout: Milliseconds;
}

/** The sender of a target's kind. */
export const senderOf = (senders: Senders, { kind }: Target): Sender => senders[kind] as Sender;

/** Attempts under way. */
export class Attempts {
  readonly #parts: AttemptParts;
  /** How to abandon each. A signal for all would be searched through with every attempt. */
  readonly #underWay = new Map<Promise<unknown>, () => void>();
  #abandoned = false;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
  }

  /**
   * Sends a message once. Never rejects and never takes longer than the timeout, whatever the sender does; undefined
   * when it was abandoned, and then nobody knows whether the target got it. What goes wrong while the message is made is
   * a failure of the attempt, too.
   */
  start(target: Target, message: () => Message): Promise<Tried | undefined> {
    if (this.#abandoned) return Promise.resolve(undefined);
    const { clock, timeout } = this.#parts;
    const at = clock.now();
    const controller = new AbortController();
    const ended = Promise.withResolvers<Tried | undefined>();
    const end = (result: SendResult | undefined): void => {
      cancel();
      this.#underWay.delete(ended.promise);
      ended.resolve(result && { at, duration: Math.max(0, clock.now() - at), result });
    };
    const cut = (result: SendResult | undefined): void => {
      end(result);
      controller.abort();
    };
    const cancel = clock.after(timeout, () => cut({ error: `no answer within ${timeout / 1_000} s` }));
    this.#underWay.set(ended.promise, () => cut(undefined));
    void this.#send(target, message, controller.signal, at).then(end);
    return ended.promise;
  }

  /** Resolves when everything that is under way now has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay.keys());
  }

  /** Ends everything that is under way, and begins nothing more. */
  abandon(): void {
    this.#abandoned = true;
    for (const abandon of this.#underWay.values()) abandon();
  }

  async #send(target: Target, message: () => Message, signal: AbortSignal, at: EpochMs): Promise<SendResult> {
    try {
      return await senderOf(this.#parts.senders, target).send(target, message(), signal, at);
    } catch (error) {
      return { error: troubleOf(error) };
    }
  }
}

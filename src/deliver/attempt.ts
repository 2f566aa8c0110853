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

/** What an attempt needs. */
export interface AttemptParts {
  readonly senders: Senders;
  readonly clock: Clock;
  readonly timeout: Milliseconds;
  /** Aborts when the room closes. */
  readonly closing: AbortSignal;
}

/** The sender of a target's kind. */
export const senderOf = (senders: Senders, { kind }: Target): Sender => senders[kind] as Sender;

/**
 * Sends a message once. Never rejects and never takes longer than `timeout`, whatever the sender does; undefined when it
 * was abandoned because the room closes, and then nobody knows whether the target got it.
 */
export async function tryOnce(
  { senders, clock, timeout, closing }: AttemptParts,
  target: Target,
  message: Message,
): Promise<Tried | undefined> {
  if (closing.aborted) return undefined;
  const at = clock.now();
  const controller = new AbortController();
  const cut = Promise.withResolvers<SendResult | undefined>();
  const end = (result: SendResult | undefined): void => {
    cut.resolve(result);
    controller.abort();
  };
  const abandon = (): void => end(undefined);
  const cancel = clock.after(timeout, () => end({ error: `no answer within ${timeout / 1_000} s` }));
  closing.addEventListener("abort", abandon, { once: true });
  const send = async (): Promise<SendResult> => {
    try {
      return await senderOf(senders, target).send(target, message, controller.signal, at);
    } catch (error) {
      return { error: troubleOf(error) };
    }
  };
  try {
    const result = await Promise.race([send(), cut.promise]);
    return result && { at, duration: Math.max(0, clock.now() - at), result };
  } finally {
    cancel();
    closing.removeEventListener("abort", abandon);
  }
}

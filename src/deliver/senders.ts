import type { Clock } from "#ports";
import type { Target } from "#wire";
import type { Channels } from "./channels.ts";
import { createEmailSender } from "./email.ts";
import type { Guard } from "./guard.ts";
import type { Sender, Senders } from "./message.ts";
import { createMqttSender } from "./mqtt.ts";
import { Poster } from "./post.ts";
import { createPushSender } from "./push.ts";
import type { DeliverSettings } from "./settings.ts";
import { createWebhookSender } from "./webhook.ts";

/** What people read where a kind of target is not set up. */
export const NOT_SET_UP: Readonly<Record<"email" | "push", string>> = {
  email: "no mail server is set up",
  push: "no keys for push services are set up",
};

/** Alerts wait for what may be set up again. */
const missing = <Kind extends Target>(error: string): Sender<Kind> => ({
  send: async () => ({ error }),
  forget: () => {},
  close: async () => {},
});

/** The senders of all kinds, with what the operator has set up. */
export function createSenders(
  channels: Channels,
  guard: Guard,
  clock: Clock,
  { source, concurrency }: Pick<DeliverSettings, "source" | "concurrency">,
): Senders {
  const { smtp, vapid } = channels;
  const poster = new Poster(guard, clock, concurrency);
  return {
    webhook: createWebhookSender(poster, source),
    email: smtp ? createEmailSender(smtp) : missing(NOT_SET_UP.email),
    mqtt: createMqttSender(guard, source),
    push: vapid ? createPushSender(poster, vapid) : missing(NOT_SET_UP.push),
  };
}

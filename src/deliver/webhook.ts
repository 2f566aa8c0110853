import type { Target } from "#wire";
import { cloudEventOf } from "./cloud-event.ts";
import type { SendResult, Sender } from "./message.ts";
import type { Answered, Poster } from "./post.ts";
import { signatureOf } from "./signature.ts";

type Webhook = Extract<Target, { kind: "webhook" }>;

/** The target is gone for good (RFC 9110, 15.5.11). */
const GONE = 410;

/** What an answer over HTTP means: 2xx is taken, everything else is not. */
export function resultOf({ status, retryAfter }: Answered): SendResult {
  if (status >= 200 && status < 300) return { status };
  const redirects = status >= 300 && status < 400 ? "; redirects are not followed" : "";
  return {
    status,
    error: `answered ${status}${redirects}`,
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** Sends alerts as signed POST requests: CloudEvents in the body, Standard Webhooks in the headers. */
export function createWebhookSender(poster: Poster, source: string): Sender<Webhook> {
  return {
    async send(target, message, signal, now) {
      const body = JSON.stringify(cloudEventOf(message, source));
      const timestamp = Math.floor(now / 1_000);
      const headers = {
        "content-type": "application/cloudevents+json",
        "content-length": Buffer.byteLength(body),
        "user-agent": "Whereabouts",
        "webhook-id": message.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signatureOf(target.secrets, message.id, timestamp, body),
      };
      const owner = `${target.workspace}/${target.id}`;
      const answered = await poster.post({ owner, url: new URL(target.url), headers, body, signal });
      const result = resultOf(answered);
      return answered.status === GONE ? { ...result, never: "target" } : result;
    },
    forget: ({ workspace, id }) => poster.forget(`${workspace}/${id}`),
    close: async () => poster.close(),
  };
}

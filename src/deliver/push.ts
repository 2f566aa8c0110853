import { createECDH } from "node:crypto";
import { formatTime, type Target } from "#wire";
import type { VapidChannel } from "./channels.ts";
import type { Message, Sender } from "./message.ts";
import type { Poster } from "./post.ts";
import { resultOf } from "./webhook.ts";
import { headlineOf } from "./words.ts";

type Browser = Extract<Target, { kind: "push" }>;

/** Seconds for which a push service keeps a message for a browser that is away: as long as an alert is tried. */
const TTL = 3 * 86_400;
/** The subscription does not exist (any more). */
const GONE: ReadonlySet<number> = new Set([404, 410]);
/** The message is too long for the push service, and always will be. */
const TOO_LONG = 413;

/** Keys with which a server signs its messages to push services (RFC 8292); made once and kept. */
export function generateVapidKeys(): Pick<VapidChannel, "publicKey" | "privateKey"> {
  const pair = createECDH("prime256v1");
  const publicKey = pair.generateKeys("base64url");
  // A private key that begins with zeros comes out shorter.
  const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()])
    .subarray(-32)
    .toString("base64url");
  return { publicKey, privateKey };
}

/**
 * What the page's service worker gets, in JSON: `title`, `body`, `tag` (the alert's id, so that a second copy replaces
 * the first), and the ids it may link to. With ids of 128 characters and a headline of 200 it stays below the 3,993
 * bytes that fit into one record (RFC 8291).
 */
function payloadOf(message: Message): string {
  const { id, event, at } = message;
  return JSON.stringify({
    title: headlineOf(message),
    body: formatTime(event?.time ?? at),
    tag: id,
    type: event?.type ?? "test",
    ...(event && { event: event.id, device: event.device, time: formatTime(event.time) }),
    ...(event?.fence !== undefined && { fence: event.fence }),
  });
}

/** Sends alerts to browsers through their push services (RFC 8030), encrypted for the browser alone (RFC 8291). */
export function createPushSender(poster: Poster, vapid: VapidChannel): Sender<Browser> {
  return {
    async send(target, message, signal) {
      // Loaded when it is needed: most servers push nothing, and it costs 60 ms and 16 MB.
      const { default: webPush } = await import("web-push");
      const { endpoint, keys, workspace, id } = target;
      const { headers, body } = webPush.generateRequestDetails(
        { endpoint, keys: { ...keys } },
        payloadOf(message),
        {
          vapidDetails: { ...vapid },
          TTL,
          urgency: "high",
        },
      );
      const url = new URL(endpoint);
      const owner = `${workspace}/${id}`;
      const answered = await poster.post({
        owner,
        url,
        headers: headers as Record<string, string>,
        body,
        signal,
      });
      const result = resultOf(answered);
      if (GONE.has(answered.status)) return { ...result, never: "target" };
      return answered.status === TOO_LONG ? { ...result, never: "message" } : result;
    },
    forget: ({ workspace, id }) => poster.forget(`${workspace}/${id}`),
    close: async () => {},
  };
}

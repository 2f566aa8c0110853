import type { News } from "#ports";
import { encodeEvent, type SequencedEvent } from "#wire";
import { Message } from "./message.ts";

/** News about what surrounds the positions: a fence or a device was changed or deleted. */
export type Notice = Exclude<
  News,
  { readonly kind: "moved" | "happened" | "defined" | "undefined" | "alerted" }
>;

/** `event` `{"cursor","event"}`; the same message serves every viewer. */
export function eventMessage({ event }: SequencedEvent, cursor: string): Message {
  return new Message("event", cursor, JSON.stringify({ cursor, event: encodeEvent(event) }));
}

/**
 * `fence` `{"fence","change":"put","version","name"}` or `{"fence","change":"deleted"}`;
 * `device` `{"device","change":"described","name"?,"icon"?}` or `{"device","change":"deleted"}`.
 * They carry no cursor: after a reconnect a page reads its lists again.
 */
export function noticeMessage(news: Notice): Message {
  const [name, body] = encode(news);
  return new Message(name, undefined, JSON.stringify(body));
}

function encode(news: Notice): ["fence" | "device", object] {
  if (news.kind === "fence-put") {
    const { id, version, name } = news.fence;
    return ["fence", { fence: id, change: "put", version, name }];
  }
  if (news.kind === "fence-deleted") return ["fence", { fence: news.fence, change: "deleted" }];
  if (news.kind === "device-deleted") return ["device", { device: news.device, change: "deleted" }];
  return ["device", { device: news.device, change: "described", ...news.label }];
}

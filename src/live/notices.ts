import type { News } from "#ports";
import { Message } from "./message.ts";

/** News about what surrounds the positions: a fence or a device was changed or deleted. */
export type Notice = Exclude<News, { readonly kind: "moved" | "happened" }>;

/**
 * `fence` `{"fence","change":"put","version","name"}` or `{"fence","change":"deleted"}`;
 * `device` `{"device","change":"described","name"?,"icon"?}` or `{"device","change":"deleted"}`.
 * They carry no cursor: after a reconnect a page reads its lists again.
 */
export function noticeOf(news: Notice): Message {
  switch (news.kind) {
    case "fence-put": {
      const { id, version, name } = news.fence;
      return new Message("fence", undefined, JSON.stringify({ fence: id, change: "put", version, name }));
    }
    case "fence-deleted":
      return new Message("fence", undefined, JSON.stringify({ fence: news.fence, change: "deleted" }));
    case "device-described": {
      const { name, icon } = news.label;
      return new Message(
        "device",
        undefined,
        JSON.stringify({ device: news.device, change: "described", name, icon }),
      );
    }
    case "device-deleted":
      return new Message("device", undefined, JSON.stringify({ device: news.device, change: "deleted" }));
  }
}

import type { IncomingMessage } from "node:http";

/**
 * Can another process answer an upgrade? Plain WebSockets, and those of Socket.IO that begin as one: what began with
 * long-polling stays where it began. Share links are shown by the server alone; a Socket.IO client that does not say in its
 * request who it is may have one in its first packet.
 */
export function isForGateways({ url = "", headers }: Pick<IncomingMessage, "url" | "headers">): boolean {
  const [path = "", query = ""] = url.split("?", 2);
  const asked = new URLSearchParams(query);
  if (asked.has("share")) return false;
  if (path === "/api/live/ws") return true;
  if (!path.startsWith("/socket.io/") || asked.get("transport") !== "websocket" || asked.has("sid"))
    return false;
  return headers.authorization !== undefined || headers.cookie !== undefined || asked.has("token");
}

import type { IncomingMessage } from "node:http";

/**
 * Can another process answer an upgrade? Plain WebSockets, and those of Socket.IO that begin as one; what began with
 * long-polling stays where it began. Share links are shown by the server.
 */
export function isForGateways({ url = "" }: Pick<IncomingMessage, "url">): boolean {
  const [path = "", query = ""] = url.split("?", 2);
  const asked = new URLSearchParams(query);
  if (asked.has("share")) return false;
  if (path === "/api/live/ws") return true;
  return path.startsWith("/socket.io") && asked.get("transport") === "websocket" && !asked.has("sid");
}

/**
 * What plain `ws` and plain Socket.IO do: send frames that were recorded, at the times at which they were, to every client.
 * Answers its port at the start, and `{}` when it has played what it was given.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Server } from "socket.io";
import { type WebSocket, WebSocketServer } from "ws";
import type { PlayOrder } from "./orders.ts";

/** An empty snapshot, for which clients wait. */
const FIRST = Buffer.from([0xb1, 1, 0]);
/** Where plain `ws` listens; the rest is Socket.IO's. */
const PLAIN = "/";

const clients = new Set<WebSocket>();
const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false, destroyUpgrade: false });
io.on("connection", (socket) => socket.emit("positions", FIRST));
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
server.on("upgrade", (request, socket, head) => {
  if (request.url === PLAIN) sockets.handleUpgrade(request, socket, head, take);
});

function take(client: WebSocket): void {
  clients.add(client);
  client.on("error", () => client.terminate());
  client.once("close", () => clients.delete(client));
  client.send(FIRST);
}

async function play({ frames }: PlayOrder): Promise<void> {
  const from = performance.now();
  for (const { at, bytes } of frames) {
    const early = at - (performance.now() - from);
    if (early > 1) await pause(early);
    const frame = Buffer.from(bytes);
    // With `ws` it is ours to leave those out that have not taken the one before; Socket.IO encodes once for all.
    for (const client of clients) if (client.bufferedAmount === 0) client.send(frame);
    io.emit("positions", frame);
  }
}

process.on("message", (order: PlayOrder) => {
  play(order).then(
    () => process.send?.({}),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

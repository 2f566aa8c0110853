import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { binaryMessage } from "./ws-frame.ts";

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
  "a client reads a message of %i bytes",
  async (length) => {
    const payload = Uint8Array.from({ length }, (_, i) => i * 31);
    const sockets = new WebSocketServer({ noServer: true });
    const listening = createServer().listen(0, "127.0.0.1");
    listening.on("upgrade", (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, () => socket.write(binaryMessage(payload))),
    );
    await once(listening, "listening");
    const client = new WebSocket(`ws://127.0.0.1:${(listening.address() as AddressInfo).port}`);
    const [data, isBinary] = (await once(client, "message")) as [Buffer, boolean];
    expect(isBinary).toBe(true);
    expect(Buffer.compare(data, payload)).toBe(0);
    client.terminate();
    listening.close();
  },
);

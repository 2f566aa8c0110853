import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { expect, it } from "vitest";
import { openSite } from "./testing/clients.ts";
import type { Site } from "./testing/client.ts";
import { fixAt, World } from "./testing/world.ts";

const [TEXT, PING] = [1, 9];
const BINARY = 0x82;

/** A message of a client, with a mask of zeros. */
function message(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** A WebSocket over a stream that takes nothing within `write`, as TLS does; answers the client's end of it. */
function upgrade(site: Site): { readonly client: Duplex; readonly server: Duplex } {
  const [client, server] = duplexPair({ highWaterMark: 1_024 });
  const request = Object.assign(new IncomingMessage(new Socket()), {
    method: "GET",
    url: "/api/live/ws",
    headers: {
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": Buffer.alloc(16).toString("base64"),
      authorization: "Bearer viewer",
    },
  });
  site.server.emit("upgrade", request, server, Buffer.alloc(0));
  return { client, server };
}

const WATCH = message(TEXT, '["watch",{"bbox":[0,0,10,10]}]');

it("[LV1] a ping and a watch that come together are both answered", async () => {
  const world = new World();
  world.move(fixAt("a", 5, 5));
  // No ping of the server's own may put it right.
  const site = await openSite(world, { pingEvery: 3_600_000 });
  try {
    const { client } = upgrade(site);
    client.write(Buffer.concat([message(PING, "?"), WATCH]));
    let read = Buffer.alloc(0);
    for await (const chunk of client) {
      read = Buffer.concat([read, chunk as Buffer]);
      const end = read.indexOf("\r\n\r\n");
      if (end >= 0 && read.indexOf(BINARY, end) > 0 && read.includes("?", end)) break;
    }
    expect(read.toString("latin1")).toContain(" 101 ");
  } finally {
    await site.close();
  }
});

it("[LB4] a client that pings and reads nothing is not held answers for", async () => {
  const site = await openSite(new World());
  try {
    const { client, server } = upgrade(site);
    const pings = Buffer.concat(Array.from({ length: 100 }, () => message(PING, "x".repeat(100))));
    for (let i = 0; i < 100; i++) await new Promise((resolve) => client.write(pings, resolve));
    expect(server.writableLength).toBeGreaterThan(60_000);
    expect(server.writableLength).toBeLessThan(70_000);
  } finally {
    await site.close();
  }
});

import { connect as connectTcp } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { FrameReader } from "#wire";
import { connectSocket, openSite, type Site } from "./testing/clients.ts";
import { connectWs } from "./testing/ws-client.ts";
import { fixAt, World } from "./testing/world.ts";

const VIEW = { bbox: [0, 0, 10, 10] };
let world: World;
let site: Site;
let stops: (() => unknown)[];
beforeEach(async () => {
  world = new World();
  site = await openSite(world);
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await site.close();
});

const open = (on: Site = site, ask: object = {}): ReturnType<typeof connectWs> => {
  const client = connectWs(on, { ...VIEW, ...ask });
  stops.push(() => client.close());
  return client;
};

/** The status with which a handshake is refused, or 101. */
const handshake = (path: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(site.url.replace("http", "ws") + path, { headers });
    stops.push(() => socket.terminate());
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on("error", reject);
  });

describe("the plain WebSocket", () => {
  it("[LA1] [LA2] [LH3] lets in by header, query and a cookie of this site, and nobody else", async () => {
    const path = "/api/live/ws";
    const { host } = new URL(site.url);
    const cookie = { cookie: "session=good" };
    expect(await handshake(path, {})).toBe(401);
    expect(await handshake(path, { authorization: "Bearer wrong" })).toBe(401);
    expect(await handshake(path, { authorization: "Bearer ingest-only" })).toBe(403);
    expect(await handshake(path, { authorization: "Bearer viewer" })).toBe(101);
    expect(await handshake(`${path}?token=viewer`, {})).toBe(101);
    expect(await handshake(path, { ...cookie, origin: `http://${host}` })).toBe(101);
    expect(await handshake(path, { ...cookie, origin: "https://elsewhere.example" })).toBe(403);
    expect(await handshake("/api/live/other", { authorization: "Bearer viewer" })).toBe(404);
  });

  it("[LH1] a message that is none is refused by name, and the stream lives on", async () => {
    const client = open();
    await client.next("positions");
    for (const [message, code, detail] of [
      ["watch", "invalid_json", "not valid JSON"],
      ['{"watch":1}', "invalid_body", "expected"],
      ['["watch"]', "invalid_body", "expected"],
      ['["steal",{}]', "invalid_body", "steal"],
      ['["watch",{"bbox":[0,50,1,40]}]', "invalid_parameter", "south 50"],
      ['["watch",{"bbox":[0,0,1,1],"format":"text"}]', "invalid_parameter", "text"],
      [Buffer.from([1, 2, 3]), "invalid_body", "binary message"],
    ] as const) {
      client.socket.send(message);
      const { body } = await client.next("problem");
      expect(body).toMatchObject({ code, detail: expect.stringContaining(detail) });
    }
    world.move(fixAt("a", 5, 5));
    expect((await client.next("positions")).body.positions).toMatchObject([{ device: "a" }]);
  });

  it("[LB4] a ping is answered, for programs that cannot see those of WebSocket", async () => {
    const client = open();
    await client.next("positions");
    client.socket.send('["ping",null]');
    expect((await client.next("pong")).body).toEqual({});
  });

  it("[LH2] a flood is refused and then sent away, a message that is too large ends the connection", async () => {
    const flood = open();
    await flood.next("positions");
    for (let i = 0; i < 200; i++) flood.socket.send(JSON.stringify(["watch", VIEW]));
    expect((await flood.next("end")).body).toMatchObject({ reason: "too_many_messages", comeBack: true });
    expect(await flood.ended).toBe("1012");
    const large = open();
    await large.next("positions");
    large.socket.send(JSON.stringify(["watch", { ...VIEW, cursor: "x".repeat(20_000) }]));
    expect(await large.ended).toBe("1009");
    expect(site.live.figures().viewers).toEqual({});
  });

  it("[LA3] [LL1] the close code says whether to come back", async () => {
    const revoked = open();
    await revoked.next("positions");
    world.revoke("viewer");
    expect((await revoked.next("end")).body).toMatchObject({ reason: "revoked", comeBack: false });
    expect(await revoked.ended).toBe("4001");
    const other = open(site, { token: "only north" });
    await other.next("positions");
    await site.live.close();
    expect((await other.next("end")).body).toMatchObject({ reason: "shutting_down", comeBack: true });
    expect(await other.ended).toBe("1012");
  });

  it("[LB4] who does not answer a ping is cut off, who does stays", async () => {
    const quick = await openSite(world, { pingEvery: 40 });
    stops.push(() => quick.close());
    const alive = open(quick);
    await alive.next("positions");
    const { port } = new URL(quick.url);
    const dead = connectTcp(Number(port), "127.0.0.1");
    stops.push(() => dead.destroy());
    const key = Buffer.alloc(16).toString("base64");
    dead.write(
      `GET /api/live/ws?token=viewer HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    );
    dead.resume();
    await new Promise((resolve) => dead.once("close", resolve));
    await expect.poll(() => quick.live.figures().viewers).toEqual({ ws: 1 });
    world.move(fixAt("a", 5, 5));
    await alive.next("positions");
  });

  it("[LH4] text frames are to be had by format, and a view may change it", async () => {
    const client = open(site, { format: "json" });
    const { body } = await client.next("positions");
    expect(body).toEqual({ cursor: "1.feed-one.0", positions: [], gone: [], snapshot: true });
    world.move(fixAt("a", 5.123456789, 5));
    expect((await client.next("positions")).body.positions).toMatchObject([{ lon: 5.123456789 }]);
    client.socket.send(JSON.stringify(["watch", { ...VIEW, format: "binary" }]));
    expect((await client.next("positions")).body).toMatchObject({
      snapshot: true,
      positions: [{ lon: expect.closeTo(5.123456789, 3) }],
    });
  });
});

describe("binary frames over Socket.IO", () => {
  it.each(["websocket", "polling"] as const)("[LH4] come as an attachment, over %s", async (transport) => {
    world.move(fixAt("a", 5, 5));
    const client = connectSocket(transport, site, VIEW);
    stops.push(() => client.close());
    await client.next("positions");
    expect(await client.socket.timeout(2_000).emitWithAck("watch", { ...VIEW, format: "binary" })).toEqual({
      ok: true,
    });
    const reader = new FrameReader();
    const { body } = await client.next("positions", (sent) => sent instanceof Uint8Array);
    expect(reader.read(body)).toMatchObject({ snapshot: true, positions: [{ device: "a" }] });
    world.move(fixAt("a", 5.1, 5, 1));
    const { body: next } = await client.next("positions");
    expect(reader.read(next)).toMatchObject({
      snapshot: false,
      positions: [{ device: "a", time: Date.UTC(2026, 4, 1) + 1_000 }],
    });
    world.happen([5, 5]);
    await client.next("event");
  });
});

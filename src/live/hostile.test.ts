import http from "node:http";
import net from "node:net";
import { io } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect, connectSocket, openSite, type Site, TRANSPORTS } from "./testing/clients.ts";
import { fixAt, World } from "./testing/world.ts";

const VIEW = { bbox: [0, 0, 10, 10] };

let world: World;
let site: Site;
const stops: (() => void)[] = [];
beforeEach(async () => {
  world = new World();
  site = await openSite(world);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await site.close();
});

/** GET with the headers a browser could send; answers status and body. */
const get = (
  path: string,
  headers: http.OutgoingHttpHeaders,
): Promise<{ status: number; head: http.IncomingHttpHeaders; text: string }> =>
  new Promise((resolve, reject) => {
    const request = http.get(`${site.url}${path}`, { headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
        if (response.headers["content-type"]?.startsWith("text/event-stream")) request.destroy();
      });
      response.on("close", () => resolve({ status: response.statusCode ?? 0, head: response.headers, text }));
    });
    request.on("error", reject);
  });

const stock = (options: Parameters<typeof io>[1] = {}): ReturnType<typeof io> => {
  const socket = io(site.url, { auth: { token: "viewer" }, reconnection: false, forceNew: true, ...options });
  stops.push(() => socket.close());
  return socket;
};

const outcome = (socket: ReturnType<typeof io>): Promise<string> =>
  new Promise((resolve) => {
    socket.on("connect", () => resolve("connected"));
    socket.on("connect_error", (error) => resolve(error.message));
  });

describe("who may watch", () => {
  const BBOX = "bbox=0,0,10,10";
  const GOOD = { cookie: "session=good" };

  it("[LA1] an event stream takes a token in the header or the query, or a cookie", async () => {
    for (const [query, headers] of [
      [BBOX, { authorization: "Bearer viewer" }],
      [`${BBOX}&token=viewer`, {}],
      [BBOX, GOOD],
    ] as const) {
      expect((await get(`/api/live?${query}`, headers)).status).toBe(200);
    }
    const refused = await get(`/api/live?${BBOX}`, {});
    expect(refused).toMatchObject({ status: 401, head: { "content-type": "application/problem+json" } });
    expect(JSON.parse(refused.text)).toMatchObject({ code: "unauthenticated" });
  });

  it("[LA1] Socket.IO takes a token in auth, header or query, or a cookie", async () => {
    for (const options of [
      { auth: { token: "viewer" } },
      { auth: {}, extraHeaders: { authorization: "Bearer viewer" } },
      { auth: {}, query: { token: "viewer" } },
      { auth: {}, extraHeaders: GOOD },
    ]) {
      expect(await outcome(stock(options))).toBe("connected");
    }
    expect(await outcome(stock({ auth: {} }))).toContain("no token and no session");
    expect(await outcome(stock({ auth: { token: { $ne: 1 } } }))).toContain("no token and no session");
  });

  it("[LA2] a cookie from another site proves nothing, one from here or from a named origin does", async () => {
    const from = (origin: string): http.OutgoingHttpHeaders => ({ ...GOOD, origin });
    expect((await get(`/api/live?${BBOX}`, from(site.url))).status).toBe(200);
    const refused = await get(`/api/live?${BBOX}`, from("https://evil.example"));
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.text)).toMatchObject({ code: "cross_site" });
    expect(refused.head["access-control-allow-origin"]).toBeUndefined();
    for (const [site, status] of [
      ["same-origin", 200],
      ["none", 200],
      ["same-site", 403],
      ["cross-site", 403],
    ] as const) {
      expect((await get(`/api/live?${BBOX}`, { ...GOOD, "sec-fetch-site": site })).status).toBe(status);
    }
    const handshake = "/socket.io/?EIO=4&transport=polling";
    expect((await get(handshake, from(site.url))).status).toBe(200);
    const shut = await get(handshake, from("https://evil.example"));
    expect(shut.status).toBe(403);
    expect(shut.head["access-control-allow-origin"]).toBeUndefined();
    const named = await openSite(world, { origins: ["https://maps.example"] });
    stops.push(() => void named.close());
    const here = site;
    site = named;
    expect((await get(handshake, from("https://maps.example"))).status).toBe(200);
    expect((await get(`/api/live?${BBOX}`, from("https://maps.example"))).status).toBe(200);
    site = here;
  });

  it("[LV1] a stock client that begins with polling and upgrades misses nothing", async () => {
    const socket = stock();
    const upgraded = new Promise((resolve) => socket.io.engine.once("upgrade", resolve));
    const heard: string[] = [];
    const done = new Promise<void>((resolve) => {
      socket.on("event", ({ event }) => {
        heard.push(event.id);
        if (event.id === "event-300") resolve();
      });
    });
    const first = new Promise((resolve) => socket.once("positions", resolve));
    socket.on("connect", () => socket.emit("watch", VIEW));
    await first;
    for (let i = 0; i < 150; i++) world.happen([5, 5]);
    await upgraded;
    for (let i = 0; i < 150; i++) world.happen([5, 5]);
    await done;
    expect(heard).toEqual(world.feed.map(({ event }) => event.id));
  });
});

describe("hostile clients", () => {
  it("[LH1] [LH4] every malformed watch gets a coded problem, and the stream lives on", async () => {
    const client = connectSocket("websocket", site, VIEW);
    stops.push(() => client.close());
    await client.next("positions");
    const bad: [unknown, string][] = [
      [undefined, "invalid_body"],
      [null, "invalid_body"],
      ["bbox", "invalid_body"],
      [[1, 2, 3, 4], "invalid_body"],
      [{}, "invalid_parameter"],
      [{ bbox: "0,0,1,1" }, "invalid_parameter"],
      [{ bbox: [0, 0, 1] }, "invalid_parameter"],
      [{ bbox: [0, 0, 1, "1"] }, "invalid_parameter"],
      [{ bbox: [0, 0, 1, null] }, "invalid_parameter"],
      [{ bbox: [0, -91, 1, 1] }, "invalid_parameter"],
      [{ bbox: [0, 0, 1e9, 1] }, "invalid_parameter"],
      [{ bbox: Array.from({ length: 500 }, () => 0) }, "invalid_parameter"],
      [{ ...VIEW, events: "some" }, "invalid_parameter"],
      [{ ...VIEW, zoom: -1 }, "invalid_parameter"],
      [{ ...VIEW, zoom: "far" }, "invalid_parameter"],
      [{ ...VIEW, cursor: 7 }, "invalid_parameter"],
      [{ ...VIEW, cursor: "x".repeat(5000) }, "invalid_parameter"],
      [{ ...VIEW, format: "text" }, "invalid_parameter"],
      [JSON.parse('{"__proto__":{"bbox":[0,0,1,1]}}'), "invalid_parameter"],
    ];
    for (const [payload, code] of bad) {
      const answer = await client.socket.timeout(2_000).emitWithAck("watch", payload);
      expect(answer).toMatchObject({ ok: false, code });
      expect(JSON.stringify(answer).length).toBeLessThan(600);
    }
    client.socket.emit("steal", { all: true });
    expect((await client.next("problem")).body).toMatchObject({ code: "invalid_body" });
    world.move(fixAt("a", 5, 5));
    expect((await client.next("positions")).body.positions).toMatchObject([{ device: "a" }]);
    expect(await client.socket.timeout(2_000).emitWithAck("watch", VIEW)).toEqual({ ok: true });
  });

  it("[LH1] [LH4] every malformed query is refused with a problem", async () => {
    const BBOX = "bbox=0,0,10,10";
    for (const query of [
      "",
      "bbox=",
      "bbox=1,2,3",
      "bbox=a,b,c,d",
      "bbox=0,0,1,NaN",
      "bbox=0,0,1,Infinity",
      "bbox=0,,1,1",
      `${BBOX}&${BBOX}`,
      `${BBOX}&events=some`,
      `${BBOX}&zoom=x`,
      `${BBOX}&zoom=99`,
      `${BBOX}&format=binary`,
      `${BBOX}&cursor=${"x".repeat(2000)}`,
    ]) {
      const { status, text } = await get(`/api/live?${query}`, { authorization: "Bearer viewer" });
      expect([query, status, JSON.parse(text).code]).toEqual([query, 400, "invalid_parameter"]);
    }
  });

  it("[LH2] a client that floods is refused, then sent away", async () => {
    const client = connectSocket("websocket", site, VIEW);
    stops.push(() => client.close());
    await client.next("positions");
    for (let i = 0; i < 200; i++) client.socket.emit("watch", VIEW);
    expect((await client.next("problem")).body).toMatchObject({ code: "too_many_requests" });
    expect((await client.next("end")).body).toMatchObject({ reason: "too_many_messages" });
    await client.ended;
    expect(site.live.figures().viewers).toEqual({});
  });

  it("[LH2] a message that is too large ends the connection and nothing else", async () => {
    for (const transport of ["websocket", "polling"] as const) {
      const other = connect(transport, site, VIEW);
      const client = connectSocket(transport, site, VIEW);
      stops.push(
        () => client.close(),
        () => other.close(),
      );
      await client.next("positions");
      await other.next("positions");
      client.socket.emit("watch", { ...VIEW, cursor: "x".repeat(100_000) });
      await client.ended;
      world.move(fixAt(transport, 5, 5));
      expect((await other.next("positions", ({ positions }) => positions.length > 0)).body).toBeDefined();
    }
  });

  it("[LH2] packets that no client would send do no harm", async () => {
    const polling = "/socket.io/?EIO=4&transport=polling";
    const { text } = await get(polling, {});
    const { sid } = JSON.parse(text.slice(1)) as { sid: string };
    const statuses: number[] = [];
    for (const body of [
      "",
      "4",
      "49",
      '42["watch"',
      "45999-[]",
      '42["connect"]',
      "\u001e\u001e",
      "40{".repeat(100),
    ]) {
      const response = await fetch(`${site.url}${polling}&sid=${sid}`, { method: "POST", body });
      statuses.push(response.status);
    }
    expect(statuses.every((status) => status === 200 || status === 400)).toBe(true);
    const client = connect("websocket", site, VIEW);
    stops.push(() => client.close());
    expect((await client.next("positions")).body.snapshot).toBe(true);
  });

  it("[LH5] an upgrade that no door takes is refused, and may break off", async () => {
    const { port } = new URL(site.url);
    for (const path of [
      "/",
      "/api/live",
      "/api/live/wsx",
      "/socket.io",
      "/socket.io?EIO=4",
      "/socket.ioo/?EIO=4",
    ]) {
      const socket = net.connect(Number(port), "127.0.0.1");
      stops.push(() => socket.destroy());
      const lines = [`GET ${path} HTTP/1.1`, "host: here", "connection: upgrade", "upgrade: websocket"];
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      const answer = await new Promise((resolve) => socket.once("data", (data) => resolve(data.toString())));
      expect([path, answer]).toEqual([path, expect.stringContaining("404 Not Found")]);
      socket.resetAndDestroy();
    }
    const client = connect("websocket", site, VIEW);
    stops.push(() => client.close());
    expect((await client.next("positions")).body.snapshot).toBe(true);
  });

  it("[LH5] an upgrade that is refused leaves no socket, whatever came behind it", async () => {
    const { port } = new URL(site.url);
    const open = (): Promise<number> =>
      new Promise((resolve) => site.server.getConnections((_, count) => resolve(count)));
    for (const [path, status] of [
      ["/", 404],
      ["/api/live/ws", 401],
      ["/socket.io/?EIO=4&transport=websocket&sid=none", 400],
    ] as const) {
      const socket = net.connect(Number(port), "127.0.0.1");
      stops.push(() => socket.destroy());
      const lines = [`GET ${path} HTTP/1.1`, "host: here", "connection: upgrade", "upgrade: websocket"];
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      const answer = await new Promise((resolve) => socket.once("data", (data) => resolve(data.toString())));
      expect(answer).toContain(`HTTP/1.1 ${status} `);
      socket.on("error", () => undefined).end("something");
      while ((await open()) > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await open()).toBe(0);
  });

  it("[LH3] more viewers than the server holds are refused on every transport", async () => {
    const small = await openSite(world, { maxViewers: 1 });
    stops.push(() => void small.close());
    const first = connect("websocket", small, VIEW);
    stops.push(() => first.close());
    await first.next("positions");
    for (const transport of TRANSPORTS) {
      const client = connect(transport, small, VIEW);
      stops.push(() => client.close());
      expect((await client.next("problem")).body).toMatchObject({ code: "overloaded" });
      await client.ended;
    }
    expect(small.live.figures()).toMatchObject({ viewers: { websocket: 1 }, refused: 4 });
  });
});

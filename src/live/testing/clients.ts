import http from "node:http";
import type { AddressInfo } from "node:net";
import { createParser } from "eventsource-parser";
import { io } from "socket.io-client";
import type { Clock } from "#ports";
import { createLive } from "../live.ts";
import type { LiveSettings } from "../settings.ts";
import { type Ask, Inbox, type Site, type TestClient } from "./client.ts";
import type { World } from "./world.ts";
import { connectWs } from "./ws-client.ts";

export type { Ask, Site, TestClient, Told } from "./client.ts";

/** The four ways in. */
export const TRANSPORTS = ["websocket", "polling", "sse", "ws"] as const;

/** The clock of the machine. */
const realClock: Clock = {
  now: () => Date.now(),
  after: (delay, task) => {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};

/** Opens a site on a free port. */
export async function openSite(world: World, settings: Partial<LiveSettings> = {}): Promise<Site> {
  const parts = { access: world, latest: world, events: world.events, bus: world, clock: realClock };
  const live = createLive({ ...parts, settings });
  const server = http.createServer((request, response) => {
    if (request.url?.startsWith("/api/live")) void live.sse(request, response);
    else response.writeHead(404).end();
  });
  live.attach(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    await live.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { live, url: `http://127.0.0.1:${port}`, server, close };
}

/** Connects and watches over a transport. */
export function connect(
  transport: (typeof TRANSPORTS)[number],
  site: Pick<Site, "url">,
  ask: Ask,
): TestClient {
  if (transport === "ws") return connectWs(site, ask);
  return transport === "sse" ? connectSse(site, ask) : connectSocket(transport, site, ask);
}

/** A stock Socket.IO client. */
export function connectSocket(
  transport: "websocket" | "polling",
  site: Pick<Site, "url">,
  ask: Ask,
): TestClient & { readonly socket: ReturnType<typeof io> } {
  // A stock client polls as soon as it has read an answer; holding its next request back is how it stops reading.
  const polls = new Polls();
  const inbox = new Inbox();
  const socket = io(site.url, {
    transports: [transport],
    auth: { token: ask.token ?? "viewer" },
    reconnection: false,
    forceNew: true,
  });
  socket.onAny((name: string, body: unknown) => inbox.put({ name, body }));
  socket.on("connect", () => socket.emit("watch", { ...ask, token: undefined, zoom: 10, format: "json" }));
  socket.on("connect_error", (error) => inbox.end(error.message));
  socket.on("disconnect", (reason) => inbox.end(reason));
  return {
    told: inbox.told,
    ended: inbox.ended,
    next: (name, fits) => inbox.next(name, fits),
    pause: () => (transport === "websocket" ? wsOf(socket).pause() : polls.hold(socket)),
    resume: () => (transport === "websocket" ? wsOf(socket).resume() : polls.release()),
    close: () => socket.close(),
    socket,
  };
}

/** The `ws` object under a stock client on a websocket. */
const wsOf = (socket: ReturnType<typeof io>): { pause(): void; resume(): void } =>
  (socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws;

/** Keeps the polling transport of a stock client from asking again. */
class Polls {
  #held: (() => void)[] = [];
  #restore: () => void = () => {};

  hold(socket: ReturnType<typeof io>): void {
    const transport = socket.io.engine.transport as unknown as { doPoll(): void };
    const poll = transport.doPoll.bind(transport);
    transport.doPoll = () => void this.#held.push(poll);
    this.#restore = () => {
      transport.doPoll = poll;
    };
  }

  release(): void {
    this.#restore();
    for (const poll of this.#held.splice(0)) poll();
  }
}

/** An event stream read as it comes. */
function connectSse(site: Pick<Site, "url">, ask: Ask): TestClient {
  const inbox = new Inbox();
  const parser = createParser({
    onEvent: ({ event = "message", data, id }) => inbox.put({ name: event, body: JSON.parse(data), id }),
  });
  const query = new URLSearchParams({ bbox: ask.bbox.join(",") });
  if (ask.events) query.set("events", ask.events);
  const headers: http.OutgoingHttpHeaders = { authorization: `Bearer ${ask.token ?? "viewer"}` };
  if (ask.cursor !== undefined) headers["last-event-id"] = ask.cursor;
  let stream: http.IncomingMessage | undefined;
  const request = http.get(`${site.url}/api/live?${query}`, { headers, agent: false }, (response) => {
    stream = response;
    response.setEncoding("utf8");
    if (response.statusCode !== 200) inbox.put({ name: "refused", body: response.statusCode });
    response.on("data", (text: string) => {
      if (response.statusCode === 200) parser.feed(text);
      else inbox.put({ name: "problem", body: JSON.parse(text) });
    });
    response.on("close", () => inbox.end("closed"));
  });
  request.on("error", (error) => inbox.end(error.message));
  return {
    told: inbox.told,
    ended: inbox.ended,
    next: (name, fits) => inbox.next(name, fits),
    pause: () => stream?.pause(),
    resume: () => stream?.resume(),
    close: () => request.destroy(),
  };
}

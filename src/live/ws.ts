import { type IncomingMessage, type Server as HttpServer, STATUS_CODES } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Access, Clock, ShareLinks } from "#ports";
import { isRefusal, parseJson, Problem } from "#wire";
import { show } from "./box.ts";
import { type Guest, identify, problemOf, whenEnded } from "./gate.ts";
import type { Hub } from "./hub.ts";
import type { LiveLogger } from "./logger.ts";
import type { Openings } from "./openings.ts";
import { problemMessage, Requests } from "./requests.ts";
import { Rounds } from "./rounds.ts";
import type { LiveSettings } from "./settings.ts";
import { turnAway } from "./turn-away.ts";
import type { Viewer } from "./viewer.ts";
import { WsLine } from "./ws-line.ts";

/** What the WebSocket door needs. */
export interface WsParts {
  readonly hub: Hub;
  readonly access: Access;
  readonly links: ShareLinks | undefined;
  readonly clock: Clock;
  readonly settings: LiveSettings;
  readonly logger: LiveLogger | undefined;
  readonly openings: Openings;
}

/** Where plain WebSockets are served. */
export const WS_PATH = "/api/live/ws";

/** What the connections of one server share. */
interface Door extends WsParts {
  readonly sockets: WebSocketServer;
  readonly rounds: Rounds<WsLine>;
  readonly raw: Set<Duplex>;
}

/** Serves plain WebSockets at `/api/live/ws` of a server; answers the way to take them off again. */
export function attachWebSockets(parts: WsParts, server: HttpServer | HttpsServer): () => void {
  const { settings, clock } = parts;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    autoPong: false,
    maxPayload: settings.maxMessage,
    // Frames are packed already, and compression holds memory for every connection.
    perMessageDeflate: false,
  });
  const rounds = new Rounds<WsLine>(clock, settings.pingEvery, (line) => line.check());
  const door: Door = { ...parts, sockets, rounds, raw: new Set() };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) === WS_PATH) void open(door, request, socket, head);
  };
  server.on("upgrade", upgrade);
  return () => {
    server.off("upgrade", upgrade);
    rounds.stop();
    for (const socket of door.raw) socket.destroy();
  };
}

const pathOf = ({ url = "" }: IncomingMessage): string => url.split("?", 1)[0] ?? "";

async function open(door: Door, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const { raw, openings, sockets } = door;
  const closed = openings.add();
  raw.add(socket);
  // There may be a hundred thousand of these: one function for all errors, and no `once`, which makes two more.
  socket.on("error", destroyThis);
  socket.on("close", () => {
    raw.delete(socket);
    closed();
  });
  try {
    const query = new URL(request.url ?? "/", "http://localhost").searchParams;
    const guest = await identify(door, request, query);
    if (socket.destroyed) return;
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      serve(door, guest, { socket: webSocket, raw: socket }),
    );
  } catch (error) {
    refuse(socket, problemOf(door, error));
  }
}

function destroyThis(this: Duplex): void {
  this.destroy();
}

function terminateThis(this: WebSocket): void {
  this.terminate();
}

/** Answers in HTTP, as there is no WebSocket yet. */
function refuse(socket: Duplex, problem: Problem): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(problem.toBody());
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ""}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "connection: close",
    ...(problem.temporary ? ["retry-after: 1"] : []),
    ...(problem.status === 401 ? ["www-authenticate: Bearer"] : []),
  ];
  turnAway(socket, `${head.join("\r\n")}\r\n\r\n${body}`);
}

/** A WebSocket, and the connection below it. */
interface Opened {
  readonly socket: WebSocket;
  readonly raw: Duplex;
}

function serve(door: Door, guest: Guest, opened: Opened): void {
  const { hub, clock, settings, access, rounds } = door;
  const { socket } = opened;
  const line = new WsLine(opened, clock, settings, () => {
    if (viewer) hub.freed(viewer);
  });
  let viewer: Viewer | undefined;
  socket.on("error", terminateThis);
  try {
    viewer = hub.join(guest, line);
  } catch (error) {
    line.send(problemMessage(problemOf(door, error)));
    line.end(true);
    socket.on("close", () => line.closed());
    return;
  }
  const joined = viewer;
  const unwatch = whenEnded(access, guest, () =>
    hub.dismiss(joined, "revoked", "the token or session is no longer valid"),
  );
  const leaveRounds = rounds.add(line);
  const requests = new Requests(door, joined, "binary");
  socket.on("pong", () => line.heard());
  socket.on("ping", (data) => line.pong(data));
  socket.on("message", (data, isBinary) => {
    line.heard();
    requests.take(
      () => readMessage(data, isBinary),
      (problem) => hub.say(joined, problemMessage(problem)),
    );
  });
  socket.on("close", () => {
    unwatch();
    leaveRounds();
    line.closed();
    hub.leave(joined);
  });
}

/** `["watch",{…}]` as text. Throws `invalid_body` and `invalid_json`. */
function readMessage(data: RawData, isBinary: boolean): readonly [name: unknown, payload: unknown] {
  if (isBinary || !Buffer.isBuffer(data)) {
    throw new Problem("invalid_body", 'a binary message came; expected text: ["watch",{…}]');
  }
  const parsed = parseJson(data.toString());
  if (isRefusal(parsed)) throw new Problem(parsed.code, parsed.detail);
  const message = parsed.value;
  if (!Array.isArray(message) || message.length !== 2) {
    throw new Problem("invalid_body", `the message is ${show(message)}; expected ["watch",{…}]`);
  }
  return [message[0], message[1]];
}

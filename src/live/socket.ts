import type { EventEmitter } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { Server, type Socket } from "socket.io";
import type { Access, Clock, Principal } from "#ports";
import { Problem } from "#wire";
import { show } from "./box.ts";
import { Bucket } from "./bucket.ts";
import { admit, isCrossSite, problemOf } from "./gate.ts";
import type { Hub } from "./hub.ts";
import type { LiveLogger } from "./logger.ts";
import { Message } from "./message.ts";
import type { Openings } from "./openings.ts";
import { SocketLine } from "./socket-line.ts";
import type { LiveSettings } from "./settings.ts";
import type { Viewer } from "./viewer.ts";
import { decodeWatch } from "./watch.ts";

/** What the Socket.IO door needs. */
export interface SocketParts {
  readonly hub: Hub;
  readonly access: Access;
  readonly clock: Clock;
  readonly settings: LiveSettings;
  readonly logger: LiveLogger | undefined;
  readonly openings: Openings;
}

const PATH = "/socket.io";

/** After so many messages over the limit a client is sent away. */
const PATIENCE = 100;

/** Puts Socket.IO on a server at `/socket.io`; answers the way to take it off again. */
export function attachSockets(parts: SocketParts, server: HttpServer | HttpsServer): () => void {
  const { settings, openings } = parts;
  const raw = new Set<Duplex>();
  let closing = false;
  const io = new Server(server, {
    path: PATH,
    serveClient: false,
    maxHttpBufferSize: settings.maxMessage,
    pingInterval: settings.pingEvery,
    pingTimeout: 20_000,
    connectTimeout: 10_000,
    // Both compressions cost more than they save on frames this small, and hold memory for every connection.
    perMessageDeflate: false,
    httpCompression: false,
    allowRequest: (request, done) => {
      const stranger = request.headers.cookie !== undefined && isCrossSite(request, settings.origins);
      if (closing || stranger) done(closing ? "shutting_down" : "cross_site", false);
      else done(null, true);
    },
  });
  io.use((socket, next) => void letIn(parts, socket, next));
  io.on("connection", (socket) => serve(parts, socket));
  io.engine.on("connection", (conn: EventEmitter) => conn.once("close", openings.add()));
  server.on("upgrade", (request, socket) => {
    if (!request.url?.startsWith(PATH)) return;
    raw.add(socket);
    const closed = openings.add();
    socket.once("close", () => {
      raw.delete(socket);
      closed();
    });
  });
  return () => {
    closing = true;
    io.engine.close();
    // Whoever has not answered the closing handshake by now has had its time.
    for (const socket of raw) socket.destroy();
  };
}

/** Calls `next` with nothing when the client may stay, otherwise with the reason. */
async function letIn(parts: SocketParts, socket: Socket, next: (error?: Error) => void): Promise<void> {
  const { authorization, cookie } = socket.handshake.headers;
  const auth: unknown = socket.handshake.auth["token"] ?? socket.handshake.query["token"];
  const token = typeof auth === "string" ? auth : undefined;
  let error: Error | undefined;
  try {
    socket.data = { principal: await admit(parts.access, { authorization, cookie, token }) };
  } catch (cause) {
    // A stock client gets this as `connect_error`: the detail as its message, the problem as its `data`.
    const problem = problemOf(parts, cause);
    error = Object.assign(new Error(problem.message), { data: problem.toBody() });
  }
  next(error);
}

function serve(parts: SocketParts, socket: Socket): void {
  const { hub, clock, settings } = parts;
  const { principal } = socket.data as { principal: Principal };
  const line = new SocketLine(socket, clock, settings, () => {
    if (viewer) hub.freed(viewer);
  });
  let viewer: Viewer | undefined;
  let unwatch = (): void => undefined;
  socket.on("error", () => socket.disconnect(true));
  socket.on("disconnect", () => {
    unwatch();
    line.closed();
    if (viewer) hub.leave(viewer);
  });
  try {
    viewer = hub.join(principal, line);
  } catch (error) {
    line.send(problemMessage(problemOf(parts, error)));
    line.end(true);
    return;
  }
  unwatch = parts.access.watch(principal, () => {
    if (viewer) hub.dismiss(viewer, "revoked", "the token or session is no longer valid");
  });
  listen(parts, socket, viewer);
}

function listen(parts: SocketParts, socket: Socket, viewer: Viewer): void {
  const { hub, clock, settings } = parts;
  const bucket = new Bucket(settings.messageBurst, settings.messagesPerSecond, clock.now());
  let over = 0;
  const handle = (name: string, payload: unknown): void => {
    if (!bucket.take(clock.now())) {
      throw new Problem("too_many_requests", `more than ${settings.messagesPerSecond} messages a second`);
    }
    if (name !== "watch")
      throw new Problem("invalid_body", `there is no message ${show(name)}; expected "watch"`);
    hub.watch(viewer, decodeWatch(payload));
  };
  socket.onAny((name: string, ...rest: unknown[]) => {
    const last = rest.at(-1);
    const acknowledge = typeof last === "function" ? (last as (answer: object) => void) : undefined;
    try {
      handle(name, acknowledge && rest.length === 1 ? undefined : rest[0]);
      acknowledge?.({ ok: true });
    } catch (error) {
      const problem = problemOf(parts, error);
      if (problem.code === "too_many_requests" && ++over > PATIENCE) {
        hub.dismiss(viewer, "too_many_messages", problem.message);
      } else if (acknowledge) {
        acknowledge({ ok: false, ...problem.toBody() });
      } else {
        hub.say(viewer, problemMessage(problem));
      }
    }
  });
}

const problemMessage = (problem: Problem): Message =>
  new Message("problem", undefined, JSON.stringify(problem.toBody()));

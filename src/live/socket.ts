import type { EventEmitter } from "node:events";
import { type Server as HttpServer, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { Server, type Socket } from "socket.io";
import type { Access, Clock, ShareLinks } from "#ports";
import { admit, admitShare, type Guest, isCrossSite, problemOf, whenEnded } from "./gate.ts";
import type { Hub } from "./hub.ts";
import type { LiveLogger } from "./logger.ts";
import type { Openings } from "./openings.ts";
import { problemMessage, Requests } from "./requests.ts";
import { Rounds } from "./rounds.ts";
import { SocketLine } from "./socket-line.ts";
import type { LiveSettings } from "./settings.ts";
import type { Viewer } from "./viewer.ts";

/** What the Socket.IO door needs. */
export interface SocketParts {
  readonly hub: Hub;
  readonly access: Access;
  readonly links: ShareLinks | undefined;
  readonly clock: Clock;
  readonly settings: LiveSettings;
  readonly logger: LiveLogger | undefined;
  readonly openings: Openings;
}

/** What the clients of one server share. */
interface Door extends SocketParts {
  readonly rounds: Rounds<SocketLine>;
}

/** Where Socket.IO is served; what lies below it is taken. */
export const SOCKET_PATH = "/socket.io/";

/** Puts Socket.IO on a server below `/socket.io/`; answers the way to take it off again. */
export function attachSockets(parts: SocketParts, server: HttpServer | HttpsServer): () => void {
  const { settings, openings, clock } = parts;
  const rounds = new Rounds<SocketLine>(clock, settings.pingEvery, (line) => line.check());
  const door: Door = { ...parts, rounds };
  const raw = new Set<Duplex>();
  let closing = false;
  const io = new Server(server, {
    path: SOCKET_PATH,
    // Other doors take upgrades too; `refuseUpgrades` ends what nobody takes.
    destroyUpgrade: false,
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
  io.on("connection", (socket) => serve(door, socket));
  io.engine.use((_request: unknown, response: object, next: () => void) => {
    next();
    // Engine.IO's own response to an upgrade lives as long as the connection, and the request with it.
    if (!(response instanceof ServerResponse)) Reflect.set(response, "req", undefined);
  });
  io.engine.on("connection", (conn: EventEmitter & { readonly transport: object }) => {
    conn.on("close", openings.add());
    // A session of long-polling that has ended waits so long for a poll to tell it to; a server that stops waits for that.
    if ("closeTimeout" in conn.transport) conn.transport.closeTimeout = settings.lastWords;
  });
  server.on("upgrade", (request, socket) => {
    if (!request.url?.startsWith(SOCKET_PATH)) return;
    raw.add(socket);
    const closed = openings.add();
    socket.on("close", () => {
      raw.delete(socket);
      closed();
    });
  });
  return () => {
    closing = true;
    rounds.stop();
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
    const share: unknown = socket.handshake.auth["share"] ?? socket.handshake.query["share"];
    socket.data = {
      guest:
        share === undefined
          ? await admit(parts.access, { authorization, cookie, token })
          : await admitShare(parts.links, share),
    };
  } catch (cause) {
    // A stock client gets this as `connect_error`: the detail as its message, the problem as its `data`.
    const problem = problemOf(parts, cause);
    error = Object.assign(new Error(problem.message), { data: problem.toBody() });
  }
  next(error);
}

/**
 * Drops what Socket.IO would keep of each client and nobody asks for: the request that it came with, and a room of its
 * own. One that leaves the namespace and joins it again on the same connection has to say in its packet who it is.
 */
function lighten(socket: Socket): void {
  socket.nsp.adapter.delAll(socket.id);
  Reflect.set(socket.conn, "request", undefined);
  Reflect.set(socket, "handshake", undefined);
}

function serve(parts: Door, socket: Socket): void {
  const { hub, clock, settings, rounds } = parts;
  lighten(socket);
  const { guest } = socket.data as { guest: Guest };
  const line = new SocketLine(socket, clock, settings, () => {
    if (viewer) hub.freed(viewer);
  });
  let viewer: Viewer | undefined;
  let unwatch = (): void => undefined;
  const leaveRounds = rounds.add(line);
  socket.on("error", () => socket.disconnect(true));
  socket.on("disconnect", () => {
    unwatch();
    leaveRounds();
    line.closed();
    if (viewer) hub.leave(viewer);
  });
  try {
    viewer = hub.join(guest, line);
  } catch (error) {
    line.send(problemMessage(problemOf(parts, error)));
    line.end(true);
    return;
  }
  unwatch = whenEnded(parts.access, guest, () => {
    if (viewer) hub.dismiss(viewer, "revoked", "the token or session is no longer valid");
  });
  listen(parts, socket, viewer);
}

function listen(parts: SocketParts, socket: Socket, viewer: Viewer): void {
  const requests = new Requests(parts, viewer, "json");
  socket.onAny((name: string, ...rest: unknown[]) => {
    const last = rest.at(-1);
    const acknowledge = typeof last === "function" ? (last as (answer: object) => void) : undefined;
    const payload = acknowledge && rest.length === 1 ? undefined : rest[0];
    const done = requests.take(
      () => [name, payload],
      (problem) => {
        if (acknowledge) acknowledge({ ok: false, ...problem.toBody() });
        else parts.hub.say(viewer, problemMessage(problem));
      },
    );
    if (done) acknowledge?.({ ok: true });
  });
}

import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { Access, Bus, Clock, Events, Fences, History, Latest, ShareLinks, ShownDevices } from "#ports";
import type { LiveFigures } from "./figures.ts";
import { Hub } from "./hub.ts";
import type { LiveLogger } from "./logger.ts";
import { Openings } from "./openings.ts";
import { DEFAULTS, type LiveSettings } from "./settings.ts";
import { attachSockets, SOCKET_PATH } from "./socket.ts";
import type { SharingPorts } from "./sharing.ts";
import { serveSse } from "./sse.ts";
import { turnAway } from "./turn-away.ts";
import { attachWebSockets, WS_PATH } from "./ws.ts";

/** What the live room is made of. */
export interface LiveOptions {
  readonly access: Access;
  readonly latest: Latest;
  readonly events: Events;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger?: LiveLogger;
  /** What share links are shown with; without it nobody comes with one. */
  readonly sharing?: {
    readonly links: ShareLinks;
    readonly history: History;
    readonly fences: Fences;
    readonly nameOf: SharingPorts["nameOf"];
  };
  readonly settings?: Partial<LiveSettings>;
}

/** Live push to viewers: one core, a thin transport for each way in. */
export interface Live extends ShownDevices {
  /** Serves Socket.IO at `/socket.io` and plain WebSockets at `/api/live/ws` of a server; call it after the server's own request handler is in place. */
  attach(server: HttpServer | HttpsServer): void;
  /** Answers one `GET /api/live`; resolves once the stream is open or refused. Never rejects. */
  sse(request: IncomingMessage, response: ServerResponse): Promise<void>;
  figures(): LiveFigures;
  /** Tells every client, ends every stream; resolves when the last is gone or has had its time. Idempotent. */
  close(): Promise<void>;
}

/** Opens the live room; it hears the bus from now on. */
export function createLive(options: LiveOptions): Live {
  const settings: LiveSettings = { ...DEFAULTS, ...options.settings };
  const { access, clock, logger } = options;
  const sharing = options.sharing && { ...options.sharing, latest: options.latest, clock, logger };
  const hub = new Hub({ ...options, settings, logger, sharing });
  const openings = new Openings(clock);
  const parts = { hub, access, links: sharing?.links, clock, settings, logger, openings };
  const detach: (() => void)[] = [];
  let closing: Promise<void> | undefined;
  return {
    attach: (server) => {
      detach.push(attachSockets(parts, server), attachWebSockets(parts, server), refuseUpgrades(server));
    },
    sse: (request, response) => serveSse(parts, request, response),
    shownAs: (share, alias) => hub.shownAs(share, alias),
    figures: () => hub.figures(),
    close: () => {
      closing ??= (async () => {
        hub.close();
        await openings.empty(settings.lastWords);
        for (const take of detach) take();
      })();
      return closing;
    },
  };
}

/** Ends connections that ask for an upgrade which no door takes. */
function refuseUpgrades(server: HttpServer | HttpsServer): () => void {
  const refuse = ({ url = "" }: IncomingMessage, socket: Duplex): void => {
    if (url.startsWith(SOCKET_PATH) || url.split("?", 1)[0] === WS_PATH) return;
    turnAway(socket, "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  };
  server.on("upgrade", refuse);
  return () => server.off("upgrade", refuse);
}

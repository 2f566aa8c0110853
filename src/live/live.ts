import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Access, Bus, Clock, Events, Latest } from "#ports";
import type { LiveFigures } from "./figures.ts";
import { Hub } from "./hub.ts";
import type { LiveLogger } from "./logger.ts";
import { Openings } from "./openings.ts";
import { DEFAULTS, type LiveSettings } from "./settings.ts";
import { attachSockets } from "./socket.ts";
import { serveSse } from "./sse.ts";

/** What the live room is made of. */
export interface LiveOptions {
  readonly access: Access;
  readonly latest: Latest;
  readonly events: Events;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger?: LiveLogger;
  readonly settings?: Partial<LiveSettings>;
}

/** Live push to viewers: one core, a thin transport for each way in. */
export interface Live {
  /** Serves Socket.IO at `/socket.io` of a server; call it after the server's own request handler is in place. */
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
  const hub = new Hub({ ...options, settings, logger });
  const openings = new Openings(clock);
  const parts = { hub, access, clock, settings, logger, openings };
  const detach: (() => void)[] = [];
  let closing: Promise<void> | undefined;
  return {
    attach: (server) => {
      detach.push(attachSockets(parts, server));
    },
    sse: (request, response) => serveSse(parts, request, response),
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

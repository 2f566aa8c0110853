import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access, Clock, ShareLinks } from "#ports";
import { type Guest, identify, problemOf, whenEnded } from "./gate.ts";
import type { Hub } from "./hub.ts";
import type { Openings } from "./openings.ts";
import { SseLine } from "./sse-line.ts";
import type { LiveSettings } from "./settings.ts";
import type { LiveLogger } from "./logger.ts";
import { decodeQuery, type Watch } from "./watch.ts";

/** What the SSE door needs. */
export interface SseParts {
  readonly hub: Hub;
  readonly access: Access;
  readonly links: ShareLinks | undefined;
  readonly clock: Clock;
  readonly settings: LiveSettings;
  readonly logger: LiveLogger | undefined;
  readonly openings: Openings;
}

/** `GET /api/live`: decodes, admits, then streams until either side ends it. Problems are answered as problem+json. */
export async function serveSse(
  parts: SseParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const query = new URL(request.url ?? "/", "http://localhost").searchParams;
    const guest = await identify(parts, request, query);
    if (response.destroyed) return;
    const lastEventId = request.headers["last-event-id"];
    const watch = decodeQuery(query, typeof lastEventId === "string" ? lastEventId : undefined);
    stream(parts, guest, watch, response);
  } catch (error) {
    answerProblem(parts, error, response);
  }
}

function stream(parts: SseParts, guest: Guest, watch: Watch, response: ServerResponse): void {
  const { hub, clock, settings } = parts;
  const line = new SseLine(response, clock, settings, () => hub.freed(viewer));
  const viewer = hub.join(guest, line);
  line.open();
  const unwatch = whenEnded(parts.access, guest, () =>
    hub.dismiss(viewer, "revoked", "the token or session is no longer valid"),
  );
  const closed = parts.openings.add();
  response.once("close", () => {
    closed();
    unwatch();
    line.closed();
    hub.leave(viewer);
  });
  hub.watch(viewer, watch);
}

function answerProblem(parts: SseParts, error: unknown, response: ServerResponse): void {
  const problem = problemOf(parts, error);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(problem.status, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(problem.temporary && { "retry-after": "1" }),
    ...(problem.status === 401 && { "www-authenticate": "Bearer" }),
  });
  response.end(JSON.stringify(problem.toBody()));
}

import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  decodeCursor,
  encodeCursor,
  encodeEvent,
  EVENT_TYPES,
  Problem,
  show,
  type EventBody,
  type EventType,
} from "#wire";
import { askLimit, askOneOf, askText, askTime } from "./ask.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";
import { seenBy } from "./sight.ts";

/** A page of the feed. `cursor` always stands for its end; `next` too, while there is more already. */
export interface EventsBody {
  readonly events: readonly EventBody[];
  readonly next: string | null;
  readonly cursor: string;
}

/** `type`: one type, or several with commas. */
const askTypes = (request: FastifyRequest): readonly EventType[] | undefined =>
  askText(request, "type")
    ?.split(",")
    .map((word) => {
      const type = EVENT_TYPES.find((candidate) => candidate === word);
      if (type === undefined) {
        throw new Problem("invalid_parameter", `type is ${show(word)}; expected ${EVENT_TYPES.join(", ")}`);
      }
      return type;
    });

const askAfter = (request: FastifyRequest, epoch: string): number | undefined => {
  const text = askText(request, "after");
  if (text === undefined) return undefined;
  const place = decodeCursor(text);
  if (place?.epoch === epoch) return place.seq;
  throw new Problem("invalid_cursor", `after is ${show(text)}; expected a cursor of this feed: read it anew`);
};

/** `/api/events`: the feed in the order of commits, oldest first unless `order=newest`. */
export const addEventRoutes = (server: FastifyInstance, ports: HttpPorts): void => {
  server.get("/api/events", { config: { limited: true } }, async (request): Promise<EventsBody> => {
    const { events } = seenBy(principalOf(request), ports);
    const { workspace } = principalOf(request);
    const from = askTime(request, "from");
    const to = askTime(request, "to");
    const device = askText(request, "device");
    const fence = askText(request, "fence");
    const types = askTypes(request);
    const after = askAfter(request, events.epoch);
    const order = askOneOf(request, "order", ["oldest", "newest"]);
    const page = await events.list({
      workspace,
      limit: askLimit(request),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(device !== undefined && { device }),
      ...(fence !== undefined && { fence }),
      ...(types !== undefined && { types }),
      ...(after !== undefined && { after }),
      ...(order !== undefined && { order }),
    });
    const cursor = encodeCursor({ epoch: events.epoch, seq: page.end });
    return {
      events: page.events.map(({ event }) => encodeEvent(event)),
      next: page.more && order !== "newest" ? cursor : null,
      cursor,
    };
  });
};

import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  EARLIEST,
  encodeKeyCursor,
  encodePosition,
  MAX_AHEAD,
  Problem,
  show,
  type Device,
  type PositionBody,
} from "#wire";
import { askAfterKey, askId, askLimit, askOneOf, askText, askTime, MAX_LIMIT } from "./ask.ts";
import { csv } from "./export-csv.ts";
import { geojson } from "./export-geojson.ts";
import { gpx } from "./export-gpx.ts";
import { pagesOf, type Span } from "./export-span.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";
import { seenBy } from "./sight.ts";

type Format = "json" | "geojson" | "gpx" | "csv";
const FORMATS: readonly Format[] = ["json", "geojson", "gpx", "csv"];

const TYPES: Readonly<Record<Exclude<Format, "json">, string>> = {
  geojson: "application/geo+json; charset=utf-8",
  gpx: "application/gpx+xml; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
};

/** A page of one device's history. */
export interface PositionsBody {
  readonly positions: readonly PositionBody[];
  readonly next: string | null;
  readonly cursor: string | null;
}

/** A file name that every system takes: letters, digits, dot, dash and underscore of the id. */
const fileName = (device: string, format: string): string =>
  `${device
    .replaceAll(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/^\.+/, "_")
    .slice(0, 64)}.${format}`;

const askSpan = (request: FastifyRequest, device: string, now: number): Span => {
  const from = askTime(request, "from") ?? EARLIEST;
  const to = askTime(request, "to") ?? now + MAX_AHEAD;
  if (from > to) throw new Problem("invalid_parameter", `from (${from}) is after to (${to})`);
  return { workspace: principalOf(request).workspace, device, from, to };
};

const sendFile = (
  reply: FastifyReply,
  { history }: HttpPorts,
  device: Device,
  span: Span,
  format: Exclude<Format, "json">,
  most: number,
): FastifyReply => {
  const pages = pagesOf(history, span, most);
  const text = {
    csv: () => csv(pages),
    geojson: () => geojson(pages),
    gpx: () => gpx(device.name ?? span.device, pages),
  };
  return reply
    .type(TYPES[format])
    .header("content-disposition", `attachment; filename="${fileName(span.device, format)}"`)
    .send(Readable.from(text[format](), { objectMode: false }));
};

/**
 * `/api/devices/{id}/positions?from&to&limit&format`. JSON comes in pages, as every list; the files hold the
 * whole span (or `limit` fixes of it) and are written while they are read.
 */
export const addHistoryRoutes = (server: FastifyInstance, ports: HttpPorts): void => {
  server.get("/api/devices/:id/positions", { config: { limited: true } }, async (request, reply) => {
    const id = askId(request);
    const span = askSpan(request, id, ports.clock.now());
    const { devices } = seenBy(principalOf(request), ports);
    const device = await devices.get(span.workspace, id);
    if (device === undefined) throw new Problem("unknown_device", `there is no device ${show(id)}`);
    const format = askOneOf(request, "format", FORMATS) ?? "json";
    if (format !== "json") {
      const most = askText(request, "limit") === undefined ? Infinity : askLimit(request);
      return sendFile(reply, ports, device, span, format, most);
    }
    const limit = askLimit(request, MAX_LIMIT);
    const after = askAfterKey(request, "positions");
    const from = after === undefined ? span.from : Math.max(span.from, Number(after) + 1);
    const found = from > span.to ? [] : await ports.history.range({ ...span, from, limit: limit + 1 });
    const page = found.slice(0, limit);
    const end = page.at(-1)?.time.toString() ?? after;
    const cursor = end === undefined ? null : encodeKeyCursor("positions", end);
    const body: PositionsBody = {
      positions: page.map(encodePosition),
      next: found.length > limit ? cursor : null,
      cursor,
    };
    return body;
  });
};

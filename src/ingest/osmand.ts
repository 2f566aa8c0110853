import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { acceptJson } from "./body.ts";
import { takeOne } from "./one.ts";
import type { DoorOptions } from "./options.ts";
import { readOsmandJson } from "./osmand-json.ts";
import { readOsmandQuery, type Raw } from "./osmand-query.ts";
import { guardDoor, senderOf } from "./sender.ts";
import type { TallyBody } from "./tally.ts";

/** One position, in a form or in JSON, is short. */
const MAX_BODY = 65_536;

/** Parameters of a form, each with all its values, without a prototype. */
const readForm = (text: string): Raw => {
  const parameters = Object.create(null) as Record<string, string[]>;
  for (const [key, value] of new URLSearchParams(text)) (parameters[key] ??= []).push(value);
  return parameters;
};

const isForm = (request: FastifyRequest): boolean =>
  (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");

/** Query and form together; Traccar Client POSTs with everything in the query and an empty body. */
const parametersOf = (request: FastifyRequest): Raw => {
  const form = isForm(request) ? ((request.body ?? {}) as Raw) : {};
  return Object.assign(Object.create(null), form, request.query) as Raw;
};

const isJson = (request: FastifyRequest): boolean =>
  request.body !== undefined && request.body !== null && !isForm(request);

/**
 * `/osmand`, GET and POST, as OsmAnd and Traccar Client send it: query, form or JSON. The token is `?token=` or a
 * Bearer; it needs the scope `ingest`.
 */
export const osmandDoor =
  (options: DoorOptions): FastifyPluginAsync =>
  async (door) => {
    guardDoor(door, options.access);
    acceptJson(door, ["application/json"]);
    door.addContentTypeParser(
      ["application/x-www-form-urlencoded", "text/plain"],
      { parseAs: "string" },
      async (_request: FastifyRequest, body: string) => (body === "" ? undefined : readForm(body)),
    );
    const handle = async (request: FastifyRequest): Promise<TallyBody> => {
      const raw = isJson(request)
        ? readOsmandJson(request.body)
        : readOsmandQuery(parametersOf(request), options.clock.now());
      return await takeOne(options, "osmand", senderOf(request), raw);
    };
    const route = { config: { access: "door" }, bodyLimit: MAX_BODY, exposeHeadRoute: false } as const;
    for (const path of ["/osmand", "/osmand/"]) {
      door.get(path, route, handle);
      door.post(path, route, handle);
    }
  };

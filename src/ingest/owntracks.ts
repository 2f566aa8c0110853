import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { acceptJson } from "./body.ts";
import { takeOne } from "./one.ts";
import type { DoorOptions } from "./options.ts";
import { readOwntracks, type Origin } from "./owntracks-message.ts";
import { basicUser, guardDoor, queryText, senderOf } from "./sender.ts";

/** A card with a face in it is the longest message of the app. */
const MAX_MESSAGE = 1_048_576;

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

const originOf = (request: FastifyRequest): Origin => ({
  user: header(request, "x-limit-u") ?? queryText(request, "u") ?? basicUser(request.headers.authorization),
  device: header(request, "x-limit-d") ?? queryText(request, "d"),
});

/**
 * `POST /owntracks`: OwnTracks in HTTP mode. HTTP Basic with any user name and the token as password (scope
 * `ingest`). Answers `[]`, the list of messages for the app, once the position is durable.
 */
export const owntracksDoor =
  (options: DoorOptions): FastifyPluginAsync =>
  async (door) => {
    guardDoor(door, options.access);
    // The app has sent its JSON under several content types, and under none.
    acceptJson(door, ["application/json", "text/plain", "*"]);
    const handle = async (request: FastifyRequest): Promise<readonly never[]> => {
      const raw = readOwntracks(request.body, originOf(request));
      if (raw !== undefined) await takeOne(options, "owntracks", senderOf(request), raw);
      return [];
    };
    const route = { config: { access: "door" }, bodyLimit: MAX_MESSAGE } as const;
    for (const path of ["/owntracks", "/owntracks/"]) door.post(path, route, handle);
  };

import type { FastifyPluginAsync } from "fastify";
import type { DoorOptions } from "./options.ts";
import { osmandDoor } from "./osmand.ts";
import { owntracksDoor } from "./owntracks.ts";
import { positionsDoor } from "./positions.ts";

/** Every door for devices over HTTP as one Fastify plugin. Failures are thrown as `Problem` for the server to answer. */
export const httpDoors =
  (options: DoorOptions): FastifyPluginAsync =>
  async (server) => {
    await server.register(positionsDoor(options));
    await server.register(osmandDoor(options));
    await server.register(owntracksDoor(options));
  };

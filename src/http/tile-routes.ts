import { gunzipSync } from "node:zlib";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import type { Clock, ShareLinks } from "#ports";
import { Problem } from "#wire";
import { basemapStyle, describeArchive, isStyleName, parseTileCoords } from "#tiles";
import { ShareDoor } from "./share-door.ts";
import { TileArchive } from "./tile-archive.ts";

/** What the tile routes need. */
export interface TileRoutesOptions {
  /** Path of the MBTiles file of the basemap. */
  readonly basemap: string;
  readonly shareLinks: ShareLinks;
  readonly clock: Clock;
}

/** The version is part of a tile's address, so it never changes there. */
const forever = "private, max-age=31536000, immutable";

/** Description and tiles of an archive below `prefix`, which may hold parameters. */
const addArchive = (server: FastifyInstance, archive: TileArchive, prefix: string): void => {
  server.get(`${prefix}/basemap.json`, (request, reply) => {
    const path = request.url.split("?", 1)[0]?.replace(/\.json$/, "") ?? "";
    reply.header("cache-control", "private, max-age=300");
    return reply.send(describeArchive(archive.metadata, `${request.protocol}://${request.host}${path}`));
  });

  server.get<{ Params: { z: string; x: string; y: string } }>(
    `${prefix}/basemap/:z/:x/:y.mvt`,
    (request, reply) => {
      const { z, x, y } = request.params;
      const coords = parseTileCoords(z, x, y);
      if (coords === undefined || coords.z > archive.maxZoom) {
        throw new Problem("not_found", `${z}/${x}/${y} is no tile; zoom goes from 0 to ${archive.maxZoom}`);
      }
      reply.header("cache-control", forever).type("application/vnd.mapbox-vector-tile");
      const tile = archive.read(coords);
      // Open sea: an empty answer is a tile without features to MapLibre, a 404 would be an error in its console.
      if (tile === undefined) return reply.code(204).send();
      const etag = `"${tile.etag}"`;
      reply.header("etag", etag).header("vary", "accept-encoding");
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
      const packed = /\bgzip\b/.test(request.headers["accept-encoding"]?.toString() ?? "");
      if (packed) reply.header("content-encoding", "gzip");
      return reply.send(packed ? tile.data : gunzipSync(tile.data));
    },
  );
};

/**
 * `/tiles/basemap.json`, `/tiles/basemap/{z}/{x}/{y}.mvt`, `/styles/{light|dark}.json`, and the basemap below a share link
 * for who has that link. Tiles are read from the file when they are asked for and sent as they are stored; nothing of the
 * archive stays in memory.
 */
export const tileRoutes: FastifyPluginAsync<TileRoutesOptions> = async (
  all,
  { basemap, shareLinks, clock },
) => {
  const archive = new TileArchive(basemap);
  all.addHook("onClose", () => archive.close());
  await all.register(async (server) => addShared(server, archive, new ShareDoor(shareLinks, clock)));
  await all.register(async (server) => addOwn(server, archive));
};

/** For who has a share link. */
const addShared = (server: FastifyInstance, archive: TileArchive, door: ShareDoor): void => {
  server.addHook("onRoute", (route) => {
    route.config = { ...route.config, access: "public" };
  });
  server.addHook("onRequest", async (request) => {
    await door.open(request);
  });
  addArchive(server, archive, "/s/:secret/tiles");
};

/** For members and tokens. */
const addOwn = (server: FastifyInstance, archive: TileArchive): void => {
  // The basemap shows nobody's devices.
  server.addHook("onRoute", (route) => {
    route.config = { ...route.config, limited: true };
  });
  addArchive(server, archive, "/tiles");

  server.get<{ Params: { name: string } }>("/styles/:name.json", (request, reply) => {
    const { name } = request.params;
    if (!isStyleName(name))
      throw new Problem("not_found", `there is no style ${name}; expected light or dark`);
    reply.header("cache-control", "private, max-age=300");
    return reply.send(basemapStyle(name, `${request.protocol}://${request.host}/tiles/basemap.json`));
  });
};

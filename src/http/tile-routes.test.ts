import { DatabaseSync } from "node:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, serve, type Served } from "./testing/serve.ts";
import { tileRoutes } from "./tile-routes.ts";

const folder = mkdtempSync(join(tmpdir(), "whereabouts-tiles-"));
const basemap = join(folder, "world.mbtiles");
let served: Served;

/** An archive with one tile: zoom 1, column 0, northern row. */
function makeArchive(): void {
  const database = new DatabaseSync(basemap);
  database.exec(`
    CREATE TABLE metadata (name TEXT, value TEXT);
    CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id TEXT);
    CREATE TABLE images (tile_id TEXT, tile_data BLOB);
    INSERT INTO metadata VALUES ('name', 'World'), ('maxzoom', '1'), ('minzoom', '0'), ('version', 'v1');
    INSERT INTO map VALUES (1, 0, 1, 'abc');
  `);
  database.prepare("INSERT INTO images VALUES ('abc', ?)").run(gzipSync("tile"));
  database.close();
}

beforeAll(async () => {
  makeArchive();
  served = serve();
  await served.server.register(tileRoutes, { ...served, basemap });
});

afterAll(async () => {
  await served.server.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers = {}) =>
  served.server.inject({ url, headers: { ...bearer("view"), ...headers } });

describe("tileRoutes", () => {
  it("sends a tile as it is stored to whoever takes gzip, unpacked to others", async () => {
    const packed = await get("/tiles/basemap/1/0/0.mvt", { "accept-encoding": "gzip, br" });
    expect(packed.headers).toMatchObject({
      "content-encoding": "gzip",
      "content-type": "application/vnd.mapbox-vector-tile",
    });
    expect(packed.rawPayload).toEqual(gzipSync("tile"));
    const plain = await get("/tiles/basemap/1/0/0.mvt");
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body).toBe("tile");
  });

  it("answers 304 to whoever has the tile, and 204 for open sea", async () => {
    const tile = await get("/tiles/basemap/1/0/0.mvt");
    const again = await get("/tiles/basemap/1/0/0.mvt", { "if-none-match": String(tile.headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
    expect((await get("/tiles/basemap/1/1/1.mvt")).statusCode).toBe(204);
  });

  it.each(["2/0/0", "1/2/0", "1/-1/0", "a/0/0", "1/0/0x"])("refuses %s by name", async (address) => {
    const answer = await get(`/tiles/basemap/${address}.mvt`);
    expect([answer.statusCode, answer.json().code]).toEqual([404, "not_found"]);
  });

  it("describes the archive, with its version in the address of the tiles", async () => {
    const { tiles, maxzoom } = (await get("/tiles/basemap.json")).json();
    expect([tiles[0], maxzoom]).toEqual([
      expect.stringMatching(/\/tiles\/basemap\/\{z\}\/\{x\}\/\{y\}\.mvt\?v=v1$/),
      1,
    ]);
  });

  it("has two styles, and nothing for strangers", async () => {
    expect((await get("/styles/dark.json")).json()).toMatchObject({ version: 8, name: "Whereabouts dark" });
    expect((await get("/styles/pink.json")).statusCode).toBe(404);
    expect((await served.server.inject({ url: "/tiles/basemap.json" })).statusCode).toBe(401);
  });

  it("says what is missing when there is no archive", async () => {
    const other = serve();
    await expect(
      other.server.register(tileRoutes, { ...other, basemap: join(folder, "none") }),
    ).rejects.toThrow(/npm run build/);
  });
});

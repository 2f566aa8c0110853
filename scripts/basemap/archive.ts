import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { tmsRow } from "#tiles";
import type { Tile } from "./tiles.ts";

const attribution =
  '<a href="https://www.naturalearthdata.com/">Natural Earth</a> · <a href="https://www.geonames.org/">GeoNames</a>';

const vectorLayers = [
  { id: "land", fields: {} },
  { id: "lakes", fields: { name: "String" } },
  { id: "rivers", fields: { weight: "Number" } },
  { id: "coast", fields: {} },
  { id: "borders", fields: {} },
  { id: "countries", fields: { name: "String", from: "Number" } },
  { id: "places", fields: { name: "String", population: "Number", from: "Number" } },
];

/**
 * Writes an MBTiles 1.3 file (https://github.com/mapbox/mbtiles-spec) with gzipped tiles. Equal tiles are stored
 * once: `tiles` is a view over `map` and `images`. The version is a hash of all the content.
 */
export function writeArchive(
  path: string,
  maxZoom: number,
  tiles: Iterable<Tile>,
): { readonly tiles: number; readonly bytes: number } {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;
    CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id TEXT,
      PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID;
    CREATE TABLE images (tile_id TEXT PRIMARY KEY, tile_data BLOB);
    CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data FROM map JOIN images USING (tile_id);
    BEGIN;
  `);
  const putImage = database.prepare("INSERT OR IGNORE INTO images VALUES (?, ?)");
  const putPlace = database.prepare("INSERT INTO map VALUES (?, ?, ?, ?)");
  const putMetadata = database.prepare("INSERT INTO metadata VALUES (?, ?)");
  const whole = createHash("sha256");
  const seen = new Set<string>();
  let [count, bytes] = [0, 0];
  for (const tile of tiles) {
    const id = createHash("sha256").update(tile.data).digest("hex").slice(0, 24);
    whole.update(`${tile.z}/${tile.x}/${tile.y}:${id};`);
    if (!seen.has(id)) {
      seen.add(id);
      const packed = gzipSync(tile.data, { level: 9 });
      bytes += packed.length;
      putImage.run(id, packed);
    }
    putPlace.run(tile.z, tile.x, tmsRow(tile), id);
    count++;
  }
  const metadata = {
    name: "Whereabouts basemap",
    format: "pbf",
    version: whole.digest("hex").slice(0, 12),
    minzoom: "0",
    maxzoom: String(maxZoom),
    bounds: "-180,-85.0511,180,85.0511",
    center: "0,20,2",
    type: "baselayer",
    attribution,
    json: JSON.stringify({ vector_layers: vectorLayers }),
  };
  for (const [name, value] of Object.entries(metadata)) putMetadata.run(name, value);
  database.exec("COMMIT");
  database.close();
  return { tiles: count, bytes };
}

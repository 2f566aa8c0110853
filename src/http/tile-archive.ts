import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type ArchiveMetadata, type TileCoords, tmsRow } from "#tiles";

/** A tile as it is stored: gzipped MVT. `etag` changes with its content. */
export interface StoredTile {
  readonly data: Buffer;
  readonly etag: string;
}

/** Reads a basemap that `scripts/build-basemap.ts` made: an MBTiles file whose tiles are kept once in `images`. */
export class TileArchive {
  readonly metadata: ArchiveMetadata;
  readonly maxZoom: number;
  readonly #database: DatabaseSync;
  readonly #tile: StatementSync;
  #open = true;

  /** Throws when the file is not there or is no such archive; the message names it. */
  constructor(path: string) {
    try {
      this.#database = new DatabaseSync(path, { readOnly: true });
      // A few pages are enough: the system's own cache holds the file.
      this.#database.exec("PRAGMA cache_size = -256; PRAGMA mmap_size = 0");
      const rows = this.#database.prepare("SELECT name, value FROM metadata").all();
      this.metadata = Object.fromEntries(rows.map((row) => [String(row["name"]), String(row["value"])]));
      this.#tile = this.#database.prepare(
        `SELECT tile_id, tile_data FROM map JOIN images USING (tile_id)
         WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?`,
      );
    } catch (cause) {
      throw new Error(`${path} is not a readable basemap; "npm run build" makes it`, { cause });
    }
    this.maxZoom = Number(this.metadata["maxzoom"] ?? 0);
  }

  /** Undefined where there is nothing but sea. */
  read(coords: TileCoords): StoredTile | undefined {
    const row = this.#tile.get(coords.z, coords.x, tmsRow(coords));
    const data = row?.["tile_data"];
    if (!(data instanceof Uint8Array)) return undefined;
    return {
      data: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      etag: String(row?.["tile_id"]),
    };
  }

  close(): void {
    if (this.#open) this.#database.close();
    this.#open = false;
  }
}

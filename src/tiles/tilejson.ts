/** The parts of TileJSON 3.0.0 (https://github.com/mapbox/tilejson-spec) that Whereabouts answers with. */
export interface TileJson {
  readonly tilejson: "3.0.0";
  readonly name: string;
  readonly attribution: string;
  /** Templates with `{z}`, `{x}` and `{y}`. */
  readonly tiles: readonly string[];
  readonly minzoom: number;
  readonly maxzoom: number;
  /** west, south, east, north in degrees. */
  readonly bounds: readonly [number, number, number, number];
  readonly vector_layers: readonly {
    readonly id: string;
    readonly fields: Readonly<Record<string, string>>;
  }[];
}

/** What a tile archive says of itself: the rows of the `metadata` table of an MBTiles file. */
export type ArchiveMetadata = Readonly<Record<string, string>>;

/**
 * Describes an archive. `prefix` is the address before `/{z}/{x}/{y}.mvt`; the archive's version goes into the
 * address, so that a rebuilt basemap is fetched anew although every tile may be cached for a year.
 */
export function describeArchive(metadata: ArchiveMetadata, prefix: string): TileJson {
  const layers: unknown = JSON.parse(metadata["json"] ?? "{}");
  return {
    tilejson: "3.0.0",
    name: metadata["name"] ?? "basemap",
    attribution: metadata["attribution"] ?? "",
    tiles: [`${prefix}/{z}/{x}/{y}.mvt?v=${encodeURIComponent(metadata["version"] ?? "0")}`],
    minzoom: Number(metadata["minzoom"] ?? 0),
    maxzoom: Number(metadata["maxzoom"] ?? 0),
    bounds: [-180, -85.0511, 180, 85.0511],
    vector_layers: vectorLayers(layers),
  };
}

function vectorLayers(json: unknown): TileJson["vector_layers"] {
  if (typeof json !== "object" || json === null || !("vector_layers" in json)) return [];
  const { vector_layers: layers } = json;
  if (!Array.isArray(layers)) return [];
  return layers.map((layer: { readonly id: string; readonly fields?: Record<string, string> }) => ({
    id: layer.id,
    fields: layer.fields ?? {},
  }));
}

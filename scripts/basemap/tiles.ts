import { GeoJSONVT, type GeoJSONVTFeature, type GeoJSONVTTile } from "@maplibre/geojson-vt";
import { fromGeojsonVt } from "@maplibre/vt-pbf";
import { toUnitSquare } from "#tiles";
import type { Label, Layers } from "./layers.ts";

/** An encoded tile, not compressed. */
export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly data: Uint8Array;
}

const extent = 4096;

/** Cuts the layers into tiles, zoom by zoom; tiles of open sea are left out. */
export function* cutTiles(layers: Layers, maxZoom: number): Generator<Tile> {
  const shapes = Object.entries(layers.shapes).map(([name, data]) => {
    const options = { maxZoom, indexMaxZoom: 3, tolerance: 4, buffer: 48, extent };
    return [name, new GeoJSONVT(data, options)] as const;
  });
  for (let z = 0; z <= maxZoom; z++) {
    const labels = Object.entries(layers.labels).map(
      ([name, list]) => [name, labelsByTile(list, z, z === maxZoom)] as const,
    );
    for (let x = 0; x < 2 ** z; x++) {
      for (let y = 0; y < 2 ** z; y++) {
        const content: Record<string, GeoJSONVTTile> = {};
        for (const [name, index] of shapes) {
          const tile = index.getTile(z, x, y);
          if (tile && tile.features.length > 0 && !(name === "rivers" && z < 3)) content[name] = tile;
        }
        for (const [name, tiles] of labels) {
          const features = tiles.get(x * 2 ** z + y);
          if (features) content[name] = { features, transformed: true, source: null, x, y, z };
        }
        if (Object.keys(content).length > 0) {
          yield { z, x, y, data: fromGeojsonVt(content, { version: 2, extent }) };
        }
      }
    }
  }
}

/** The labels that may be shown at zoom `z`; the deepest level carries those of all deeper zooms too. */
function labelsByTile(
  labels: readonly Label[],
  z: number,
  deepest: boolean,
): Map<number, GeoJSONVTFeature[]> {
  const side = 2 ** z;
  const tiles = new Map<number, GeoJSONVTFeature[]>();
  for (const { lon, lat, from, tags } of labels) {
    if (from > z + 1 && !deepest) continue;
    const [x, y] = toUnitSquare(lon, lat).map((part) => Math.min(part, 1 - 1e-9) * side) as [number, number];
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const key = column * side + row;
    const list = tiles.get(key) ?? [];
    tiles.set(key, list);
    const place: [number, number] = [Math.round((x - column) * extent), Math.round((y - row) * extent)];
    list.push({ type: 1, geometry: [place], tags: { ...tags, from } });
  }
  return tiles;
}

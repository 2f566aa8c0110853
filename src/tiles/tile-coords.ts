/** Address of one tile in the XYZ scheme: `y` grows to the south. */
export interface TileCoords {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** Deepest zoom that an address may name; deeper numbers no longer fit a shift of 32 bits. */
const deepestZoom = 30;

/**
 * Reads a tile address from path segments. Answers undefined unless all three are plain decimal
 * integers (no sign, no leading zero) and `x` and `y` lie in the square of zoom `z`.
 */
export function parseTileCoords(z: string, x: string, y: string): TileCoords | undefined {
  const [zoom, column, row] = [z, x, y].map(integer);
  if (zoom === undefined || column === undefined || row === undefined) return undefined;
  if (zoom > deepestZoom) return undefined;
  const side = 2 ** zoom;
  return column < side && row < side ? { z: zoom, x: column, y: row } : undefined;
}

/** Row of the same tile in the TMS scheme that MBTiles files use: counted from the south. */
export function tmsRow({ z, y }: TileCoords): number {
  return 2 ** z - 1 - y;
}

/**
 * Longitude and latitude in degrees to the unit square of web mercator: (0, 0) is the north-west corner of
 * tile 0/0/0, (1, 1) the south-east one. Latitudes beyond ±85.0511° are clamped to the edge; longitudes past
 * 180° go past 1.
 */
export function toUnitSquare(lon: number, lat: number): readonly [x: number, y: number] {
  const sin = Math.sin((lat * Math.PI) / 180);
  const y = 0.5 - (0.25 * Math.log((1 + sin) / (1 - sin))) / Math.PI;
  return [lon / 360 + 0.5, Math.min(1, Math.max(0, y))];
}

function integer(text: string): number | undefined {
  return /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : undefined;
}

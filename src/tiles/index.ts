export { darkPalette, lightPalette, type Palette } from "./palette.ts";
export {
  basemapStyle,
  isStyleName,
  labelFont,
  type MapStyle,
  type StyleLayer,
  type StyleName,
} from "./style.ts";
export { parseTileCoords, tmsRow, toUnitSquare, type TileCoords } from "./tile-coords.ts";
export { describeArchive, type ArchiveMetadata, type TileJson } from "./tilejson.ts";

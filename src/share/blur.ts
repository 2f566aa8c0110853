import { type Degrees, type LngLat, type Meters, normalizeLon, radians } from "#geo";
import type { Draw } from "./draw.ts";

/** Fewer metres than a degree of latitude has anywhere, and than one of longitude at the equator. */
const [PER_DEGREE_OF_LAT, PER_DEGREE_OF_LON] = [110_570, 111_319];

/**
 * Puts places into the middle of the cell of a grid in which they lie: rows of equal height, each divided into equal
 * columns around the globe, no side shorter than `meters`. Where the grid begins is drawn. One cell always gives one
 * place, so no patience averages it out.
 */
export const blurBy = (meters: Meters, draw: Draw): ((lon: Degrees, lat: Degrees) => LngLat) => {
  const [shiftLat = 0, shiftLon = 0] = draw(`blur ${meters}`);
  const height = meters / PER_DEGREE_OF_LAT;
  return (lon, lat) => {
    const row = Math.floor((lat + 90) / height + shiftLat);
    const south = (row - shiftLat) * height - 90;
    // The narrow end of the row decides, so that no cell of it is too narrow.
    const steepest = Math.min(90, Math.max(Math.abs(south), Math.abs(south + height)));
    const around = 360 * PER_DEGREE_OF_LON * Math.cos(steepest * radians);
    const columns = Math.max(1, Math.floor(around / meters));
    const column = Math.floor(((normalizeLon(lon) + 180) / 360) * columns + shiftLon) % columns;
    const middle = ((column + 0.5 - shiftLon) / columns) * 360 - 180;
    return [normalizeLon(middle), Math.max(-90, Math.min(90, south + height / 2))];
  };
};

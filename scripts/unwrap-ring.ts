import type { Position } from "geojson";

/**
 * world-atlas joins the shapes that Natural Earth cuts at ±180°, so its rings leap from one side of the map to the
 * other. This lets longitudes run on past ±180° instead, as RFC 7946 readers and tile cutters understand them. A ring
 * around a pole is closed along the pole.
 */
export function unwrapRing(ring: readonly Position[]): Position[] {
  const line = unwrapLine(ring);
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last) return line;
  const [startLon = 0, startLat = 0] = first;
  const [endLon = 0] = last;
  if (Math.abs(endLon - startLon) < 180) return line;
  const pole = line.reduce((sum, [, lat = 0]) => sum + lat, 0) < 0 ? -90 : 90;
  return [...line, [endLon, pole], [startLon, pole], [startLon, startLat]];
}

/** A line whose longitudes run on instead of leaping. */
export function unwrapLine(line: readonly Position[]): Position[] {
  let before: number | undefined;
  return line.map(([lon = 0, lat = 0]) => {
    before = before === undefined ? lon : lon - 360 * Math.round((lon - before) / 360);
    return [before, lat];
  });
}

import { Problem } from "#wire";

/**
 * What a viewer looks at, in degrees, longitudes within ±180. `crosses`: the box passes the antimeridian, so that it
 * holds the longitudes from `west` up to 180 and from -180 up to `east`.
 */
export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  readonly crosses: boolean;
}

/** Map libraries report longitudes of neighbouring copies of the world; beyond a few copies it is a mistake. */
const FARTHEST_LON = 1080;

const wrap = (lon: number): number =>
  lon >= -180 && lon <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180;

/**
 * Builds a box from west, south, east, north. `west > east` crosses the antimeridian; a span of 360° or more is the
 * whole world; longitudes of other copies of the world are brought back. Throws `invalid_parameter`.
 */
export function toBox(edges: readonly unknown[]): Box {
  const [west, south, east, north] = edges;
  if (edges.length !== 4 || !isNumber(west) || !isNumber(south) || !isNumber(east) || !isNumber(north)) {
    throw new Problem(
      "invalid_parameter",
      `bbox is ${show(edges)}; expected four numbers: west,south,east,north`,
    );
  }
  if (south < -90 || north > 90 || south > north) {
    throw new Problem(
      "invalid_parameter",
      `bbox has south ${south} and north ${north}; expected -90 ≤ south ≤ north ≤ 90`,
    );
  }
  if (Math.abs(west) > FARTHEST_LON || Math.abs(east) > FARTHEST_LON) {
    throw new Problem(
      "invalid_parameter",
      `bbox has west ${west} and east ${east}; expected degrees of longitude`,
    );
  }
  if (east - west >= 360) return { west: -180, south, east: 180, north, crosses: false };
  // A box that ends at the antimeridian also holds the other name of that meridian, hence the swapped signs.
  const w = wrap(west) === -180 ? 180 : wrap(west);
  const e = wrap(east) === 180 ? -180 : wrap(east);
  if (w <= e) return { west: w, south, east: e, north, crosses: false };
  return { west: w, south, east: e, north, crosses: true };
}

/** Boundary counts as inside. */
export function holds(box: Box, lon: number, lat: number): boolean {
  if (lat < box.south || lat > box.north) return false;
  return box.crosses ? lon >= box.west || lon <= box.east : lon >= box.west && lon <= box.east;
}

/** Degrees of longitude from the west edge to the east edge. */
export function widthOf(box: Box): number {
  return box.crosses ? box.east + 360 - box.west : box.east - box.west;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** A wrong value in few characters, fit for a message. */
export function show(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  text ??= typeof value;
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

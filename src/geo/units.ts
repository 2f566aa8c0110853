declare const unit: unique symbol;

/**
 * A number that carries its unit in the type. A plain number may be used where a unit is asked for,
 * one unit may not be used for another.
 */
export type Unit<Name extends string> = number & { readonly [unit]?: Name };

/** Milliseconds since 1970-01-01T00:00:00Z, without leap seconds. */
export type EpochMs = Unit<"EpochMs">;
/** A span of time in milliseconds. */
export type Milliseconds = Unit<"Milliseconds">;
/** Metres on the WGS84 ellipsoid. */
export type Meters = Unit<"Meters">;
/** Metres per second. */
export type MetersPerSecond = Unit<"MetersPerSecond">;
/** Degrees of longitude, latitude or course (course: clockwise from true north, 0 ≤ course < 360). */
export type Degrees = Unit<"Degrees">;

/** A place in GeoJSON order: longitude first, both in degrees. */
export type LngLat = readonly [lon: Degrees, lat: Degrees];

/** west, south, east, north in degrees. `west > east` means that the box crosses the antimeridian. */
export type BBox = readonly [west: Degrees, south: Degrees, east: Degrees, north: Degrees];

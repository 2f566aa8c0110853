/** Semi-major axis of WGS84 in metres. */
export const equatorRadius = 6_378_137;
/** Flattening of WGS84. */
export const flattening: number = 1 / 298.257223563;
/** Semi-minor axis of WGS84 in metres. */
export const polarRadius: number = equatorRadius * (1 - flattening);
/** First eccentricity squared. */
export const eccentricitySquared: number = flattening * (2 - flattening);
/** Degrees to radians. */
export const radians: number = Math.PI / 180;

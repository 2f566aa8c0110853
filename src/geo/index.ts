export type { BBox, Degrees, EpochMs, LngLat, Meters, MetersPerSecond, Milliseconds, Unit } from "./units.ts";

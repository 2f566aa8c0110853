import type { MultiPolygon, Point, Polygon, LineString } from "geojson";
import type { EpochMs, Meters } from "#geo";
import type { FenceId, WorkspaceId } from "./ids.ts";
import type { Schedule } from "./schedule.ts";
import type { DeviceScope } from "./watch.ts";

/** The geometries a fence can have; `Point` and `LineString` need a radius (circle, corridor). */
export type FenceGeometry = Polygon | MultiPolygon | Point | LineString;

/** Settings of the state machine. They are kept and versioned with the fence. */
export interface FenceSettings {
  readonly exitMargin?: Meters;
  readonly useAccuracy?: boolean;
  readonly confirmFixes?: number;
  readonly confirmSeconds?: number;
  readonly dwellSeconds?: number;
}

/** A fence as the engine and the store know it. Coordinates are lon, lat in degrees; longitudes may pass 180. */
export interface Fence extends FenceSettings, DeviceScope {
  readonly id: FenceId;
  readonly workspace: WorkspaceId;
  /** 1 when created, one more with every edit; part of the identity of its events. */
  readonly version: number;
  readonly name: string;
  readonly geometry: FenceGeometry;
  /** Metres; present exactly for `Point` and `LineString`. */
  readonly radius?: Meters;
  /** Events outside of these hours are not raised. */
  readonly schedule?: Schedule;
  /** A home zone: what happens in it, and near it, is shown through no share link. */
  readonly home?: true;
  /** Properties of the GeoJSON Feature that Whereabouts gives no meaning to; returned as they came. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

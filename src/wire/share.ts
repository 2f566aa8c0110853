import type { BBox, EpochMs, Meters } from "#geo";
import type { DeviceId, FenceId } from "./ids.ts";

/** What a share link shows: devices, groups, an area, or what one device did in a span of time. */
export type ShareWhat =
  | { readonly devices: readonly DeviceId[] }
  | { readonly groups: readonly string[] }
  /** A box of west, south, east, north in degrees (west > east crosses the antimeridian), or a fence by its id. */
  | { readonly area: BBox | FenceId }
  | { readonly trip: { readonly device: DeviceId; readonly from: EpochMs; readonly to: EpochMs } };

/** What somebody decides about a share link. */
export interface ShareTerms {
  /** What whoever has the link reads above the map. */
  readonly name: string;
  readonly what: ShareWhat;
  /** Nothing that happened before is shown. */
  readonly from?: EpochMs;
  /** Nothing that happened after is shown, and the link ends then. */
  readonly to?: EpochMs;
  /** The way so far is shown as well, not only the last position. */
  readonly track: boolean;
  /** Positions are shown once they are so old. */
  readonly delaySeconds?: number;
  /** Positions are shown as the middle of a cell of a grid at least so wide. */
  readonly blurMeters?: Meters;
  /** Origins of pages that may show it in a frame. */
  readonly embed?: readonly string[];
}

import type { Fence, FenceGeometry } from "./fence.ts";
import { formatTime } from "./time.ts";

/** A fence in answers: a GeoJSON Feature. */
export interface FenceFeature {
  readonly type: "Feature";
  readonly id: string;
  readonly geometry: FenceGeometry;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * A fence as it leaves the server. `properties` carries what the sender gave, the settings, `devices`, `groups`
 * and `schedule`, and the server's `version`, `createdAt` and `updatedAt`, which are ignored when the Feature is sent back.
 */
export const encodeFence = (fence: Fence): FenceFeature => {
  const { id, workspace: _, geometry, extra, createdAt, updatedAt, ...settings } = fence;
  return {
    type: "Feature",
    id,
    geometry,
    properties: { ...extra, ...settings, createdAt: formatTime(createdAt), updatedAt: formatTime(updatedAt) },
  };
};

import type { DeviceHandle, FenceEngine } from "#fence";
import type { Fix } from "#wire";
import type { Finding } from "./finding.ts";

const nothing: readonly Finding[] = [];

/** Judges the path of a device to its newest fix against the fences; answers what it did, in the order of time. */
export function crossFences(engine: FenceEngine, handle: DeviceHandle, fix: Fix): readonly Finding[] {
  const count = engine.update(handle, fix.time, fix.lon, fix.lat);
  if (count === 0) return nothing;
  return Array.from({ length: count }, (_, i) => ({ ...engine.crossing(i), fix: fix.time }));
}

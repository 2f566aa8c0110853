import type { DeviceHandle, FenceEngine } from "#fence";
import type { MetersPerSecond } from "#geo";
import type { Fix } from "#wire";
import type { Finding } from "./finding.ts";

const nothing: readonly Finding[] = [];

/**
 * Judges the path of a device to its newest fix against the fences; answers what it settled, in the order of time.
 * `reported` is the speed that the device itself said: a computed one is no second opinion on its path.
 */
export function crossFences(
  engine: FenceEngine,
  handle: DeviceHandle,
  { time, lon, lat, accuracy, outlier }: Fix,
  reported: MetersPerSecond | undefined,
): readonly Finding[] {
  const count = engine.update(handle, time, lon, lat, accuracy ?? 0, reported ?? NaN, outlier === true);
  if (count === 0) return nothing;
  return Array.from({ length: count }, (_, i) => engine.crossing(i));
}

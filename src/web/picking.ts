import type { Map as MapLibreMap } from "maplibre-gl";
import type { DeviceId } from "#wire";
import type { Fleet } from "./fleet.ts";
import { nearestCopy, toUnitSquare } from "./mercator.ts";

/** The device drawn nearest to a point of the map (CSS pixels), within `reach` pixels. */
export function pick(
  map: MapLibreMap,
  fleet: Fleet,
  point: { readonly x: number; readonly y: number },
  reach: number,
): DeviceId | undefined {
  const { lng, lat } = map.unproject([point.x, point.y]);
  const [x, y] = toUnitSquare(lng, lat);
  const side = 512 * 2 ** map.getZoom();
  const now = Date.now();
  let nearest = reach / side;
  let found: DeviceId | undefined;
  for (let slot = 0; slot < fleet.count; slot++) {
    const [atX, atY] = fleet.shownAt(slot, now);
    const distance = Math.hypot(nearestCopy(atX, x) - x, atY - y);
    if (distance > nearest) continue;
    nearest = distance;
    found = fleet.ids[slot];
  }
  return found;
}

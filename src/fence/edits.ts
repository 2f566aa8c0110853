import { reachAt, recordDoubles, recordWords, skippedBit } from "./devices.ts";
import type { PathJudge } from "./judge-path.ts";
import type { Ground } from "./load.ts";
import type { MachineParts } from "./machine.ts";
import type { DeviceHandle, JudgedPlace, MembershipChange } from "./types.ts";

type Box = readonly [west: number, south: number, east: number, north: number];

/**
 * After an edit: settles which devices are in the fence by their last place, without any layer. Fences with layers go by the last place that was no outlier (`good`, for those whose last one was).
 * Answers who changed sides, by handle.
 */
export function rejudge(
  { tree, shapes }: Ground,
  { devices, slots }: MachineParts,
  paths: PathJudge,
  good: ReadonlyMap<DeviceHandle, JudgedPlace | null>,
  slot: number,
  isNew: boolean,
): readonly MembershipChange[] {
  const changes: MembershipChange[] = [];
  const { places, floats } = devices;
  const boxes: Box[] = [];
  for (let shape = slots.shapes[slot] ?? -1; shape !== -1; shape = shapes.next[shape] ?? -1)
    boxes.push(tree.boxOf(shape));
  const around = union(boxes);
  const [fence, fenceVersion] = [slots.id(slot), slots.version(slot)];
  const isStrict = slots.isStrict(slot);
  for (let handle = 0; handle < devices.end; handle++) {
    let lon = places[recordDoubles * handle] ?? NaN;
    let lat = places[recordDoubles * handle + 1] ?? NaN;
    if (Number.isNaN(lon)) continue;
    // A new boundary may lie where the device was safe to go.
    const reach = recordWords * handle + reachAt;
    if (meets(around, lon, lat, floats[reach] ?? 0)) floats[reach] = 0;
    if (!isStrict && devices.has(handle, skippedBit)) {
      const place = good.get(handle);
      lon = place?.lon ?? NaN;
      lat = place?.lat ?? NaN;
    }
    // Nobody is in a new fence yet: then the lists of devices, which lie all over the memory, are left alone.
    const was = !isNew && devices.isIn(handle, slot);
    const near = meets(around, lon, lat, 0) && boxes.some((box) => meets(box, lon, lat, 0));
    const now = near && paths.isIn(slot, lon, lat);
    if (was === now) continue;
    if (now) devices.enter(handle, slot);
    else devices.leave(handle, slot);
    changes.push({ handle, type: now ? "enter" : "exit", fence, fenceVersion });
  }
  return changes;
}

function union(boxes: readonly Box[]): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    west = Math.min(west, box[0]);
    south = Math.min(south, box[1]);
    east = Math.max(east, box[2]);
    north = Math.max(north, box[3]);
  }
  return [west, south, east, north];
}

/** Whether the box, made larger by `reach` degrees, holds a place. */
function meets(box: Box, lon: number, lat: number, reach: number): boolean {
  return lon >= box[0] - reach && lon <= box[2] + reach && lat >= box[1] - reach && lat <= box[3] + reach;
}

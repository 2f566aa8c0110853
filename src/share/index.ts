export { isArea } from "./area.ts";
export { areaFence, type FenceSource, type Prepared, prepareVeil } from "./prepare.ts";
export { namedDevices, reachOf, type Reached } from "./reach.ts";
export { trackThrough } from "./track.ts";
export type { ShownFix, Veil } from "./veil.ts";
export { Waiting } from "./waiting.ts";

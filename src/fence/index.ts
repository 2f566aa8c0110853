export { byPlace } from "./by-place.ts";
export { createFenceEngine } from "./engine.ts";
export type {
  Crossing,
  CrossingType,
  DeviceHandle,
  FenceCarry,
  FenceEngine,
  FenceEngineOptions,
  FenceState,
  FenceVerdict,
  MembershipChange,
} from "./types.ts";
export { isStrict, layerDefaults, layersOf, type Layers } from "./layers.ts";
export { checkGeometry, maxRadius, maxVertices } from "./check-geometry.ts";

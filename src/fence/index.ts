export { createFenceEngine } from "./engine.ts";
export type {
  Crossing,
  CrossingType,
  DeviceHandle,
  FenceEngine,
  FenceEngineOptions,
  FenceState,
  MembershipChange,
} from "./types.ts";
export { checkGeometry, maxRadius, maxVertices } from "./check-geometry.ts";

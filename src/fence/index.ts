export { createFenceEngine } from "./engine.ts";
export type {
  Crossing,
  DeviceHandle,
  FenceEngine,
  FenceEngineOptions,
  FenceState,
  MembershipChange,
} from "./types.ts";

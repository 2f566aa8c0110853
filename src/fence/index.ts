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
export {
  beginAbsence,
  fireAbsence,
  judgeAbsence,
  type AbsenceMove,
  type AbsenceState,
  type Deadline,
  type Expected,
  type NextDeadline,
} from "./absence.ts";
export {
  dropStay,
  dwellDue,
  fireDwell,
  judgeDwell,
  type DwellState,
  type FenceMove,
  type Stay,
} from "./dwell.ts";
export type { Seen } from "./known-place.ts";
export { createProximity } from "./proximity.ts";
export type {
  Proximity,
  ProximityFact,
  ProximityFix,
  ProximityMember,
  ProximityMemberState,
  ProximityOptions,
  ProximityPairState,
  ProximityTurn,
  Side,
} from "./proximity-types.ts";

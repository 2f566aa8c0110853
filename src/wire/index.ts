export { catalogue, type CatalogueEntry, type ErrorCode } from "./catalogue.ts";
export type { Device, DeviceLabel, DeviceRecord, DeviceStatus, Motion } from "./device.ts";
export type { LogEntry, PositionsMode } from "./entry.ts";
export type { Event, EventReason, EventType, SequencedEvent } from "./event.ts";
export type { Fence, FenceGeometry, FenceSettings } from "./fence.ts";
export type { DeviceId, EventId, FenceId, Id, WorkspaceId } from "./ids.ts";
export type { Attributes, Fix, Position } from "./position.ts";
export { Problem, type ProblemBody } from "./problem.ts";

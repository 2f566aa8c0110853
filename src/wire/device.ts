import type { EpochMs } from "#geo";
import type { DeviceId, FenceId, WorkspaceId } from "./ids.ts";
import type { Fix } from "./position.ts";

/** Moving or stopped, as `track` judges it. */
export type Motion = "moving" | "stopped";

/** The live state of a device: what the marker and the list show. */
export interface DeviceStatus {
  readonly workspace: WorkspaceId;
  readonly device: DeviceId;
  /** Newest accepted fix that is no outlier; absent while the device was only registered. */
  readonly fix?: Fix;
  readonly motion?: Motion;
  /** Device time at which the motion began. */
  readonly motionSince?: EpochMs;
  /** Server time at which something of this device was last logged. */
  readonly seenAt?: EpochMs;
  /** Fences the device is in, ascending by id. */
  readonly inside: readonly FenceId[];
  /** Groups it belongs to, ascending; absent for none. */
  readonly groups?: readonly string[];
}

/** What a commit stores of a device: its status, and what the engines need to go on after a restart. */
export interface DeviceRecord {
  readonly status: DeviceStatus;
  /** Opaque to everybody but `flow`; plain JSON. */
  readonly engine: unknown;
}

/** What people call a device and how it is drawn. */
export interface DeviceLabel {
  readonly name?: string;
  readonly icon?: string;
}

/** A device as lists and panels show it. */
export interface Device extends DeviceLabel {
  readonly status: DeviceStatus;
  readonly createdAt: EpochMs;
}

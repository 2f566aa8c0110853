import type { EpochMs } from "#geo";
import type { DeviceId, Fix, WorkspaceId } from "#wire";

/** A span of one device's history; `from` and `to` inclusive, oldest first. */
export interface HistoryQuery {
  readonly workspace: WorkspaceId;
  readonly device: DeviceId;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** At most 100,000. */
  readonly limit: number;
}

/** Every fix ever accepted, settled or not. */
export interface History {
  /** At most `limit` fixes, ascending by time, each time once. To go on: `from` = last time + 1. */
  range(query: HistoryQuery): Promise<readonly Fix[]>;
  /** Which of these times are stored for the device. */
  known(workspace: WorkspaceId, device: DeviceId, times: readonly EpochMs[]): Promise<ReadonlySet<EpochMs>>;
}

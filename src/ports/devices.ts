import type { EpochMs } from "#geo";
import type { Device, DeviceId, DeviceLabel, WorkspaceId } from "#wire";

/** Devices as people see them. */
export interface Devices {
  /** Ascending by id, those after `after`. */
  list(
    workspace: WorkspaceId,
    page: { readonly after?: DeviceId; readonly limit: number },
  ): Promise<readonly Device[]>;
  get(workspace: WorkspaceId, device: DeviceId): Promise<Device | undefined>;
  /** Registers a device before its first position; false when it exists. */
  register(workspace: WorkspaceId, device: DeviceId, label: DeviceLabel, at: EpochMs): Promise<boolean>;
  /** False when there is no such device. A key that is absent stays as it is, an empty string removes it. */
  describe(workspace: WorkspaceId, device: DeviceId, label: DeviceLabel): Promise<boolean>;
  /** Ids and labels of all, for lists that follow the live stream. */
  labels(workspace: WorkspaceId): Promise<ReadonlyMap<DeviceId, DeviceLabel>>;
}

import type { DeviceId, DeviceStatus, WorkspaceId } from "#wire";

/** The live state of every device, as of the newest commit. */
export interface Latest {
  get(workspace: WorkspaceId, device: DeviceId): DeviceStatus | undefined;
  all(workspace: WorkspaceId): Iterable<DeviceStatus>;
  count(workspace: WorkspaceId): number;
  /** Sequence number of the newest committed event of any workspace. */
  readonly seq: number;
}

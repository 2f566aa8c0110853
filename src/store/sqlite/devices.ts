import type { EpochMs } from "#geo";
import type { Devices } from "#ports";
import type { Device, DeviceId, DeviceLabel, WorkspaceId } from "#wire";
import { readState } from "./device-codec.ts";
import type { DeviceRow, ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

const deviceOf = (row: DeviceRow, workspace: WorkspaceId): Device => ({
  ...row.label,
  status:
    row.state.length > 0
      ? readState(row.state, workspace, row.id).status
      : { workspace, device: row.id, inside: [] },
  createdAt: row.createdAt,
});

/** Devices as the newest commit left them. Ids ascend by code point. */
export class SqliteDevices implements Devices {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  async list(
    workspace: WorkspaceId,
    { after = "", limit }: { readonly after?: DeviceId; readonly limit: number },
  ): Promise<readonly Device[]> {
    await this.#store.call("flush", null);
    const rows = await this.#reader.call("devices", { workspace, after, limit });
    return rows.map((row) => deviceOf(row, workspace));
  }

  async get(workspace: WorkspaceId, device: DeviceId): Promise<Device | undefined> {
    await this.#store.call("flush", null);
    const row = await this.#reader.call("device", { workspace, device });
    return row && deviceOf(row, workspace);
  }

  register(workspace: WorkspaceId, device: DeviceId, label: DeviceLabel, at: EpochMs): Promise<boolean> {
    return this.#store.call("register", { workspace, device, label, at });
  }

  describe(workspace: WorkspaceId, device: DeviceId, label: DeviceLabel): Promise<boolean> {
    return this.#store.call("describe", { workspace, device, label });
  }

  labels(workspace: WorkspaceId): Promise<ReadonlyMap<DeviceId, DeviceLabel>> {
    return this.#reader.call("labels", workspace);
  }
}

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Devices whose number is kept in memory; past that the table is asked again. */
const MAX_CACHED = 1_000_000;

/** Numbers of workspaces and devices, looked up once and kept. For the one thread that writes. */
export class Names {
  readonly #workspaces = new Map<string, { readonly num: number; readonly devices: Map<string, number> }>();
  readonly #findWorkspace: StatementSync;
  readonly #addWorkspace: StatementSync;
  readonly #findDevice: StatementSync;
  readonly #addDevice: StatementSync;
  #cached = 0;

  constructor(database: DatabaseSync) {
    this.#findWorkspace = database.prepare("SELECT num FROM workspace WHERE id = ?");
    this.#addWorkspace = database.prepare("INSERT INTO workspace (id) VALUES (?) RETURNING num");
    this.#findDevice = database.prepare("SELECT num FROM device WHERE workspace = ? AND id = ?");
    this.#addDevice = database.prepare(
      "INSERT INTO device (workspace, id, created_at) VALUES (?, ?, ?) RETURNING num",
    );
  }

  /** Forgets what was looked up; needed after a transaction that was rolled back. */
  clear(): void {
    this.#workspaces.clear();
    this.#cached = 0;
  }

  #entry(id: string): { readonly num: number; readonly devices: Map<string, number> } {
    const known = this.#workspaces.get(id);
    if (known) return known;
    const row = this.#findWorkspace.get(id) ?? this.#addWorkspace.get(id);
    const entry = { num: Number(row?.["num"]), devices: new Map<string, number>() };
    this.#workspaces.set(id, entry);
    return entry;
  }

  /** Number of a workspace, which is made when it is new. */
  workspace(id: string): number {
    return this.#entry(id).num;
  }

  /** Number of a device, undefined when there is none. */
  find(workspace: string, device: string): number | undefined {
    const { num, devices } = this.#entry(workspace);
    const known = devices.get(device);
    if (known !== undefined) return known;
    const row = this.#findDevice.get(num, device);
    if (!row) return undefined;
    return this.#keep(devices, device, Number(row["num"]));
  }

  /** Number of a device, which is registered at `at` when it is new. */
  need(workspace: string, device: string, at: number): number {
    const found = this.find(workspace, device);
    if (found !== undefined) return found;
    const { num, devices } = this.#entry(workspace);
    return this.#keep(devices, device, Number(this.#addDevice.get(num, device, at)?.["num"]));
  }

  /** To be told when a device was erased. */
  forget(workspace: string, device: string): void {
    this.#entry(workspace).devices.delete(device);
  }

  #keep(devices: Map<string, number>, device: string, num: number): number {
    if (this.#cached++ > MAX_CACHED) {
      for (const entry of this.#workspaces.values()) entry.devices.clear();
      this.#cached = 1;
    }
    devices.set(device, num);
    return num;
  }
}

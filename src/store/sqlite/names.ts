import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Problem } from "#wire";

/** Devices whose number is kept in memory; past that the table is asked again. */
const MAX_CACHED = 1_000_000;

/** Numbers of workspaces and devices, looked up once and kept. For the one thread that writes. */
export class Names {
  readonly #workspaces = new Map<string, { readonly num: number; readonly devices: Map<string, number> }>();
  readonly #findWorkspace: StatementSync;
  readonly #nextWorkspace: StatementSync;
  readonly #addWorkspace: StatementSync;
  readonly #isOpen: StatementSync;
  readonly #findDevice: StatementSync;
  readonly #addDevice: StatementSync;
  #cached = 0;

  constructor(database: DatabaseSync) {
    this.#findWorkspace = database.prepare("SELECT num FROM workspace WHERE id = ?");
    this.#nextWorkspace = database.prepare(
      "UPDATE mark SET value = value + 1 WHERE name = 'workspaces' RETURNING value",
    );
    this.#addWorkspace = database.prepare(
      "INSERT INTO workspace (num, id, name, created_at, state) VALUES (?, ?, ?, ?, ?)",
    );
    this.#isOpen = database.prepare("SELECT 1 FROM workspace WHERE num = ? AND state = 'open'");
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
    const row = this.#findWorkspace.get(id);
    const num = row ? Number(row["num"]) : this.add(id, "", 0, "implied");
    const entry = { num, devices: new Map<string, number>() };
    this.#workspaces.set(id, entry);
    return entry;
  }

  /** Number of a new workspace; none had it before. One that is `implied` has nobody in it, and is in no list. */
  add(id: string, name: string, createdAt: number, state: "open" | "implied"): number {
    const num = Number(this.#nextWorkspace.get()?.["value"]);
    this.#addWorkspace.run(num, id, name, createdAt, state);
    return num;
  }

  /** Number of a workspace. What was judged must be written: one that nobody made is implied. */
  workspace(id: string): number {
    return this.#entry(id).num;
  }

  /** Number of a workspace into which something may be put; throws `not_found`, also while it is being deleted. */
  open(id: string): number {
    const num = this.numberOf(id);
    if (num === undefined || !this.#isOpen.get(num)) {
      throw new Problem("not_found", `there is no workspace ${JSON.stringify(id)}`);
    }
    return num;
  }

  /** Number of a workspace; undefined when there is none. */
  numberOf(id: string): number | undefined {
    const known = this.#workspaces.get(id);
    if (known) return known.num;
    const row = this.#findWorkspace.get(id);
    return row && Number(row["num"]);
  }

  /** Number of a device, undefined when there is none. */
  find(workspace: string, device: string): number | undefined {
    if (this.numberOf(workspace) === undefined) return undefined;
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

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { readRecords } from "./device-codec.ts";
import { inTransaction } from "./transaction.ts";

/** A commit with fewer changed devices writes them at once, if nothing is gathered. */
const FEW = 200;
/** Commits whose states are gathered before they are written. */
const GATHERED = 25;
/** States that are written in one slice, so that a commit never waits long. */
const SLICE = 500;

/** States that are being written: those of the rows of `delta` up to `through`. */
interface Pass {
  readonly through: number;
  readonly states: Map<number, Uint8Array>;
  /** Ascending. */
  readonly devices: readonly number[];
  next: number;
}

/**
 * The newest state of each device. Hundreds of states in a commit dirty nearly every page of their table, fifty times a
 * second the same ones; so such a commit stores its states as one row of `delta`, and the newest of each device are
 * written to `state` once in some commits, slice by slice. A restart does what was left. Readers have to `flush` before.
 */
export class States {
  readonly #database: DatabaseSync;
  readonly #upsert: StatementSync;
  readonly #remove: StatementSync;
  readonly #gather: StatementSync;
  readonly #written: StatementSync;
  readonly #newest: StatementSync;
  #gathered = new Map<number, Uint8Array>();
  #pass: Pass | undefined;
  #commits = 0;
  /** What the open transaction gathers and erases; it counts once that is committed. */
  #fresh: (readonly [device: number, state: Uint8Array])[] = [];
  #erased: number[] = [];

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#upsert = database.prepare(
      "INSERT INTO state (device, body) VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET body = excluded.body",
    );
    this.#remove = database.prepare("DELETE FROM state WHERE device = ?");
    this.#gather = database.prepare("INSERT INTO delta (devices, body) VALUES (?, ?)");
    this.#newest = database.prepare("SELECT max(id) AS id FROM delta");
    this.#written = database.prepare("DELETE FROM delta WHERE id <= ?");
    this.#recover();
  }

  /** Writes the states of a commit, within its transaction; `numOf` gives the number of a device by its handle. */
  write(bytes: Uint8Array, numOf: (handle: number, seenAt: number) => number): void {
    const records = Array.from(
      readRecords(bytes),
      ({ handle, seenAt, state }) => [numOf(handle, seenAt), state] as const,
    );
    if (records.length < FEW && this.#gathered.size === 0 && !this.#pass) {
      for (const [device, state] of records) this.#upsert.run(device, state);
      return;
    }
    const devices = Uint32Array.from(records, ([device]) => device);
    this.#gather.run(new Uint8Array(devices.buffer), bytes);
    this.#fresh = records;
  }

  /** Removes the state of an erased device, within the transaction of the commit. */
  erase(device: number): void {
    this.#remove.run(device);
    this.#erased.push(device);
  }

  /** To be told when the transaction was committed. */
  committed(): void {
    for (const device of this.#erased) {
      this.#gathered.delete(device);
      this.#pass?.states.delete(device);
    }
    for (const [device, state] of this.#fresh) this.#gathered.set(device, state);
    if (this.#fresh.length > 0) this.#commits++;
    this.rolledBack();
  }

  /** To be told when the transaction was rolled back. */
  rolledBack(): void {
    this.#fresh = [];
    this.#erased = [];
  }

  /** Is there enough to write, or some of it not written yet? */
  get due(): boolean {
    return this.#pass !== undefined || this.#commits >= GATHERED;
  }

  /** Writes some of what is gathered, in a transaction of its own. What commits gather meanwhile is newer, and waits. */
  slice(): void {
    if (!this.#pass && this.#commits === 0) return;
    const pass = (this.#pass ??= this.#begin());
    const end = Math.min(pass.next + SLICE, pass.devices.length);
    inTransaction(this.#database, () => {
      for (const device of pass.devices.slice(pass.next, end)) {
        const state = pass.states.get(device);
        if (state) this.#upsert.run(device, state);
      }
      if (end === pass.devices.length) this.#written.run(pass.through);
    });
    pass.next = end;
    if (end === pass.devices.length) this.#pass = undefined;
  }

  /** Writes all that is gathered. */
  flush(): void {
    while (this.#pass || this.#commits > 0) this.slice();
  }

  #begin(): Pass {
    // First, because it may fail.
    const through = Number(this.#newest.get()?.["id"] ?? 0);
    const states = this.#gathered;
    this.#gathered = new Map();
    this.#commits = 0;
    return { through, states, devices: [...states.keys()].sort((a, b) => a - b), next: 0 };
  }

  /** Writes what an earlier process had gathered; states of devices erased since are dropped. */
  #recover(): void {
    const rows = this.#database.prepare("SELECT devices, body FROM delta ORDER BY id").all();
    if (rows.length === 0) return;
    const exists = this.#database.prepare("SELECT 1 FROM device WHERE num = ?");
    inTransaction(this.#database, () => {
      for (const row of rows) {
        const devices = new Uint32Array((row["devices"] as Uint8Array).slice().buffer);
        let i = 0;
        for (const { state } of readRecords(row["body"] as Uint8Array)) {
          const device = devices[i++] ?? 0;
          if (exists.get(device)) this.#upsert.run(device, state);
        }
      }
      this.#database.exec("DELETE FROM delta");
    });
  }
}

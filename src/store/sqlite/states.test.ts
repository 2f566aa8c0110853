import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { DeviceRecord } from "#wire";
import { readState, writeRecords } from "./device-codec.ts";
import { States } from "./states.ts";
import { STORE_FILE } from "./store-schema.ts";

/** A store with a thousand devices whose numbers are their handles plus one. */
function openStore(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  for (const migration of STORE_FILE.migrations) database.exec(migration);
  const add = database.prepare("INSERT INTO device (workspace, id, created_at) VALUES (1, ?, 0)");
  for (let i = 0; i < 1000; i++) add.run(`device-${i}`);
  return database;
}

const recordOf = (i: number, seenAt: number): DeviceRecord => ({
  status: { workspace: "main", device: `device-${i}`, seenAt, inside: [] },
  engine: null,
});

function commit(states: States, from: number, count: number, seenAt: number): void {
  const records = Array.from({ length: count }, (_, i) => recordOf(from + i, seenAt));
  const bytes = writeRecords(records, (_, device) => Number(device.slice(7)));
  states.write(bytes, (handle) => handle + 1);
  states.committed();
}

const seenAt = (database: DatabaseSync, i: number): number | undefined => {
  const body = database.prepare("SELECT body FROM state WHERE device = ?").get(i + 1)?.["body"];
  return body ? readState(body as Uint8Array, "main", "x").status.seenAt : undefined;
};

describe("states", () => {
  it("[DS1] few states are written at once; many are gathered and are there after a flush", () => {
    const database = openStore();
    const states = new States(database);
    commit(states, 0, 10, 1);
    expect(seenAt(database, 9)).toBe(1);
    commit(states, 0, 800, 2);
    expect(seenAt(database, 9)).toBe(1);
    states.flush();
    expect([seenAt(database, 9), seenAt(database, 799)]).toEqual([2, 2]);
    expect(database.prepare("SELECT count(*) AS rows FROM delta").get()).toEqual({ rows: 0 });
  });

  it("[DS2] few states behind gathered ones do not overtake them", () => {
    const database = openStore();
    const states = new States(database);
    commit(states, 0, 800, 2);
    commit(states, 5, 1, 3);
    states.flush();
    expect([seenAt(database, 4), seenAt(database, 5)]).toEqual([2, 3]);
  });

  it("[DS3] a restart writes what was gathered, in order, but nothing of an erased device", () => {
    const database = openStore();
    const states = new States(database);
    commit(states, 0, 800, 2);
    commit(states, 5, 1, 3);
    states.erase(8);
    database.exec("DELETE FROM device WHERE num = 8");
    states.committed();
    expect(new States(database).due).toBe(false);
    expect([4, 5, 7].map((i) => seenAt(database, i))).toEqual([2, 3, undefined]);
  });

  it("[DS4] what was rolled back is not gathered", () => {
    const database = openStore();
    const states = new States(database);
    const bytes = writeRecords(
      Array.from({ length: 800 }, (_, i) => recordOf(i, 2)),
      (_, device) => Number(device.slice(7)),
    );
    database.exec("BEGIN");
    states.write(bytes, (handle) => handle + 1);
    database.exec("ROLLBACK");
    states.rolledBack();
    commit(states, 900, 600, 4);
    states.flush();
    expect([seenAt(database, 5), seenAt(database, 950)]).toEqual([undefined, 4]);
  });

  it("[DS5] twenty-five gathered commits are enough to write", () => {
    const states = new States(openStore());
    for (let i = 0; i < 24; i++) commit(states, 0, 600, i);
    expect(states.due).toBe(false);
    commit(states, 0, 600, 24);
    expect(states.due).toBe(true);
  });

  describe("[DS6] while they are written slice by slice", () => {
    const begun = (): { database: DatabaseSync; states: States } => {
      const database = openStore();
      const states = new States(database);
      for (let i = 0; i < 25; i++) commit(states, 0, 800, 1);
      states.slice();
      expect([seenAt(database, 0), seenAt(database, 799)]).toEqual([1, undefined]);
      return { database, states };
    };

    it("what a commit changes is newer, whether it is many or few", () => {
      const { database, states } = begun();
      commit(states, 700, 300, 3);
      commit(states, 0, 1, 4);
      while (states.due) states.slice();
      expect([0, 1, 799].map((i) => seenAt(database, i))).toEqual([1, 1, 1]);
      states.flush();
      expect([0, 1, 799, 999].map((i) => seenAt(database, i))).toEqual([4, 1, 3, 3]);
      expect(database.prepare("SELECT count(*) AS rows FROM delta").get()).toEqual({ rows: 0 });
    });

    it("a restart finds the newest of each", () => {
      const { database, states } = begun();
      commit(states, 700, 300, 3);
      expect(new States(database).due).toBe(false);
      expect([0, 699, 799, 999].map((i) => seenAt(database, i))).toEqual([1, 1, 3, 3]);
    });

    it("a device that is erased stays away", () => {
      const { database, states } = begun();
      states.erase(800);
      states.committed();
      states.flush();
      expect([798, 799].map((i) => seenAt(database, i))).toEqual([1, undefined]);
    });
  });
});

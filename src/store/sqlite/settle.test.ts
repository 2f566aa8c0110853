import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitOf } from "#ports/contract";
import type { Fix } from "#wire";
import { Committer } from "./committing.ts";
import { writeFixGroups } from "./fix-groups.ts";
import { Handles } from "./handles.ts";
import { Names } from "./names.ts";
import { HistoryReader } from "./reading-history.ts";
import { Settler } from "./settle.ts";
import { States } from "./states.ts";
import { STORE_FILE } from "./store-schema.ts";

const bounds = { settleFixes: 1, settleAfter: 0 };

const noWarning = (error: unknown): never => {
  throw error;
};

/** A store without threads, so that a test can stop settling after any slice, as a crash would. */
function openStore(): { database: DatabaseSync; commit: (fixes: readonly Fix[]) => void } {
  const database = new DatabaseSync(":memory:");
  for (const migration of STORE_FILE.migrations) database.exec(migration);
  const handles = new Handles();
  const committer = new Committer(database, new Names(database), new States(database));
  let offset = 0;
  const commit = (fixes: readonly Fix[]): void => {
    const grouped = writeFixGroups(
      fixes.map((fix) => ({ workspace: "main", fix })),
      (workspace, device) => handles.of(workspace, device),
    );
    const message = { ...commitOf(0), devices: undefined, fences: [] };
    committer.commit({ ...message, offset: ++offset, names: handles.take(), fixes: grouped }, offset);
  };
  return { database, commit };
}

const devices = ["a", "b", "c", "d", "e"];

function readAll(reader: HistoryReader): readonly (readonly Fix[])[] {
  const span = { workspace: "main", from: 0, to: 1e9, limit: 100_000 };
  return devices.map((device) => reader.range({ ...span, device }));
}

/** `count` fixes of every device, from `from` on, one a millisecond. */
const batch = (from: number, count: number): Fix[] =>
  devices.flatMap((device) =>
    Array.from({ length: count }, (_, i) => ({ device, time: from + i, lon: i / 10, lat: from })),
  );

describe("settling", () => {
  it("[ST1] after a crash behind any slice, history is the same and every fix is there once", () => {
    const property = fc.property(
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(7), { maxLength: 12 }),
      (sizes, crashes) => {
        const { database, commit } = openStore();
        const reader = new HistoryReader(database);
        let from = 0;
        for (const size of sizes) {
          commit(batch(from, size));
          from += size;
          const settler = new Settler(database, bounds, noWarning, 0);
          const slices = crashes.pop() ?? 2;
          const before = readAll(reader);
          for (let i = 0; i < slices; i++) {
            settler.slice();
            expect(readAll(reader)).toEqual(before);
          }
        }
        const last = new Settler(database, bounds, noWarning, 0);
        const before = readAll(reader);
        while (last.slice());
        expect(readAll(reader)).toEqual(before);
        const { fixes } = database.prepare("SELECT sum(n) AS fixes FROM segment").get() ?? {};
        expect(fixes).toBe(from * devices.length);
        expect(database.prepare("SELECT count(*) AS rows FROM tail").get()).toEqual({ rows: 0 });
        database.close();
      },
    );
    fc.assert(property, { numRuns: 20 });
  });

  it("[ST2] segments of a slow device are merged, and grow until they are full", () => {
    const { database, commit } = openStore();
    for (let i = 0; i < 200; i++) {
      commit([{ device: "a", time: i * 10, lon: i, lat: 0 }]);
      const settler = new Settler(database, bounds, noWarning);
      while (settler.slice());
    }
    const few = database.prepare("SELECT count(*) AS segments, sum(n) AS fixes FROM segment").get();
    expect(few?.["fixes"]).toBe(200);
    expect(Number(few?.["segments"])).toBeLessThan(16);
    commit(Array.from({ length: 1000 }, (_, i) => ({ device: "a", time: 5000 + i, lon: i, lat: 0 })));
    const settler = new Settler(database, bounds, noWarning);
    while (settler.slice());
    const rows = database.prepare("SELECT n, open FROM segment ORDER BY id").all();
    expect(rows).toEqual([
      { n: 512, open: 0 },
      { n: 512, open: 0 },
      { n: 176, open: 1 },
    ]);
    database.close();
  });

  it("[ST3] what an erased device left in the tail and in segments goes, and does not reach a new one", () => {
    const { database, commit } = openStore();
    commit(batch(0, 20));
    const settler = new Settler(database, bounds, noWarning);
    while (settler.slice());
    commit(batch(100, 5));
    const names = new Names(database);
    const erase = new Committer(database, names, new States(database));
    const message = { ...commitOf(0), devices: undefined, fences: [], fixes: undefined };
    const deletedDevices = [{ workspace: "main", device: "b" }];
    erase.commit({ ...message, offset: 99, names: new Handles().take(), deletedDevices }, 1);
    while (settler.slice());
    const reader = new HistoryReader(database);
    expect(readAll(reader).map((fixes) => fixes.length)).toEqual([25, 0, 25, 25, 25]);
    expect(database.prepare("SELECT sum(n) AS fixes FROM segment").get()).toEqual({ fixes: 100 });
    expect(database.prepare("SELECT count(*) AS rows FROM erased").get()).toEqual({ rows: 0 });
    database.close();
  });

  it("[ST4] a corrupt open segment is told and kept, and does not stop the others", () => {
    const { database, commit } = openStore();
    commit(batch(0, 300));
    const settler = new Settler(database, bounds, noWarning);
    while (settler.slice());
    database.exec("UPDATE segment SET body = x'00' WHERE id = 1");
    commit(batch(300, 300));
    const warnings: unknown[] = [];
    const next = new Settler(database, bounds, (error) => warnings.push(error));
    while (next.slice());
    expect(warnings.map(String)).toEqual([
      expect.stringContaining("Corrupt segment: magic byte 83 expected, found 0"),
    ]);
    expect(database.prepare("SELECT body FROM segment WHERE id = 1").get()).toEqual({
      body: Uint8Array.of(0),
    });
    expect(database.prepare("SELECT count(*) AS rows FROM tail").get()).toEqual({ rows: 0 });
    database.close();
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { commitOf, entryOf, fixesOf, fixOf } from "#ports/contract";
import { openSqliteStore } from "#store";
import type { Problem } from "#wire";
import { inFolder } from "./testing/folder.ts";

/** A data folder with something in it, closed. */
async function used(folder: string): Promise<void> {
  const store = await openSqliteStore({ folder });
  await store.log.append(entryOf("bus", 1));
  await store.results.commit(commitOf(1, { fixes: fixesOf([fixOf("bus", 1)]) }));
  await store.close();
}

/** Tries to open the folder: what it was refused with, and whether the file is still the same, byte for byte. */
async function refusal(folder: string, file: string): Promise<object> {
  const path = join(folder, file);
  const before = readFileSync(path);
  try {
    await (await openSqliteStore({ folder })).close();
    return { opened: true };
  } catch (error) {
    const { code, message } = error as Problem;
    return { code, message, untouched: readFileSync(path).equals(before) };
  }
}

const refusedWith = (message: RegExp): object => ({
  code: "storage_failed",
  message: expect.stringMatching(message),
  untouched: true,
});

describe.each(["store.sqlite", "log.sqlite"])("%s", (file) => {
  const change = (folder: string, sql: string): void => {
    const database = new DatabaseSync(join(folder, file));
    database.exec(sql);
    database.close();
  };

  it(
    "[SF1] that is no database is refused by name and left as it is",
    inFolder(async (folder) => {
      writeFileSync(join(folder, file), "These are the holiday photos, not a database at all.");
      expect(await refusal(folder, file)).toEqual(
        refusedWith(new RegExp(`${file} is no SQLite database; it was left as it is`)),
      );
    }),
  );

  it(
    "[SF2] of a newer schema is refused by name and left as it is",
    inFolder(async (folder) => {
      await used(folder);
      change(folder, "PRAGMA user_version = 99");
      expect(await refusal(folder, file)).toEqual(
        refusedWith(/schema 99 of a newer Whereabouts; this one knows schemas up to \d/),
      );
    }),
  );

  it(
    "[SF3] of another program is refused by name and left as it is",
    inFolder(async (folder) => {
      change(folder, "CREATE TABLE photo (id INTEGER PRIMARY KEY)");
      expect(await refusal(folder, file)).toEqual(refusedWith(/is a database of another program/));
      change(folder, "PRAGMA application_id = 77; PRAGMA user_version = 1");
      expect(await refusal(folder, file)).toEqual(refusedWith(/is a database of another program/));
    }),
  );

  it(
    "[SF4] with a damaged first page is refused by name and left as it is",
    inFolder(async (folder) => {
      await used(folder);
      const path = join(folder, file);
      const bytes = readFileSync(path);
      bytes.fill(0xff, 90, 4000);
      writeFileSync(path, bytes);
      expect(await refusal(folder, file)).toEqual(refusedWith(new RegExp(`${file} is`)));
    }),
  );
});

describe("damage inside", () => {
  it(
    "[SF5] of the log is found by check, and a restart refuses to skip it",
    inFolder(async (folder) => {
      await used(folder);
      const database = new DatabaseSync(join(folder, "log.sqlite"));
      database.exec("UPDATE log SET body = zeroblob(length(body))");
      database.close();
      const store = await openSqliteStore({ folder });
      expect(await store.upkeep.check()).toEqual(["log: the row at offset 1 is corrupt"]);
      await expect(store.log.consume(0, async () => undefined)).rejects.toThrow(
        "Corrupt log row at offset 1: its checksum differs",
      );
      await store.close();
    }),
  );

  it(
    "[SF6] of a segment is found by check and names the segment; other devices stay readable",
    inFolder(async (folder) => {
      let store = await openSqliteStore({ folder });
      const fixes = fixesOf([fixOf("bus", 1), fixOf("tram", 2)]);
      await store.results.commit(commitOf(1, { fixes }));
      await store.close();
      const database = new DatabaseSync(join(folder, "store.sqlite"));
      database.exec(
        "UPDATE segment SET body = CAST(substr(body, 1, length(body) - 1) || x'aa' AS BLOB) WHERE id = 1",
      );
      database.close();
      store = await openSqliteStore({ folder });
      expect(await store.upkeep.check()).toEqual([
        expect.stringMatching(/^store: segment 1: Corrupt segment: its checksum differs/),
      ]);
      const query = { workspace: "main", from: 0, to: 9, limit: 9 };
      await expect(store.history.range({ ...query, device: "bus" })).rejects.toThrow("Corrupt segment");
      expect(await store.history.range({ ...query, device: "tram" })).toEqual([fixOf("tram", 2)]);
      await store.close();
    }),
  );

  it(
    "[SF7] a log that was lost does not make offsets start again",
    inFolder(async (folder) => {
      const store = await openSqliteStore({ folder });
      await store.results.commit(commitOf(40));
      await store.close();
      const again = await openSqliteStore({ folder });
      expect(again.log.end).toBe(40);
      expect(await again.log.append(entryOf("bus", 1))).toBe(41);
      await again.close();
    }),
  );
});

it(
  "[SF8] a damaged page is told with the name of its file, not only with what SQLite says",
  inFolder(async (folder) => {
    await used(folder);
    const path = join(folder, "store.sqlite");
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 4096));
    const readAll = async (): Promise<void> => {
      const store = await openSqliteStore({ folder });
      try {
        await store.results.restore();
      } finally {
        await store.close();
      }
    };
    await expect(readAll()).rejects.toMatchObject({
      code: "storage_failed",
      message: expect.stringMatching(/store\.sqlite is (damaged|corrupt) \(.*malformed\)/) as string,
    });
  }),
);

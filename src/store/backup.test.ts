import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LoggedEntry } from "#ports";
import { commitOf, entryOf, eventOf, fenceOf, fixesOf, fixOf, recordOf, until } from "#ports/contract";
import { openSqliteStore, restoreBackup } from "#store";
import { inFolder } from "./testing/folder.ts";

describe("backup", () => {
  it(
    "[BK1] taken while the store works has everything acknowledged before it, consumed or not",
    inFolder(async (folder) => {
      const store = await openSqliteStore({ folder: join(folder, "data") });
      for (let i = 1; i <= 6; i++) await store.log.append(entryOf("bus", i));
      const fixes = [1, 2, 3].map((time) => fixOf("bus", time));
      await store.results.commit(
        commitOf(3, {
          fixes: fixesOf(fixes),
          devices: [recordOf(fixOf("bus", 3))],
          fences: [fenceOf("f1")],
          events: [eventOf("e1", "bus", 1)],
        }),
      );
      await store.log.truncate(await store.results.durable());
      const later = Promise.all(Array.from({ length: 50 }, (_, i) => store.log.append(entryOf("tram", i))));
      const copy = join(folder, "copy.sqlite");
      await store.upkeep.backup(copy);
      await later;
      const { epoch } = store.events;
      await store.close();

      restoreBackup(copy, join(folder, "restored"));
      const restored = await openSqliteStore({ folder: join(folder, "restored") });
      const { offset, devices, fences } = await restored.results.restore();
      expect({ offset, devices: [...devices], fences }).toEqual({
        offset: 3,
        devices: [recordOf(fixOf("bus", 3))],
        fences: [fenceOf("f1")],
      });
      const seen: LoggedEntry[] = [];
      void restored.log.consume(offset, async (batch) => {
        seen.push(...batch);
      });
      await until(() => seen.length === restored.log.end - offset);
      expect(seen.slice(0, 3)).toEqual(
        [4, 5, 6].map((time) => ({ offset: time, entry: entryOf("bus", time) })),
      );
      const query = { workspace: "main", device: "bus", from: 0, to: 99, limit: 9 };
      expect(await restored.history.range(query)).toEqual(fixes);
      expect((await restored.events.list({ workspace: "main", limit: 9 })).events).toHaveLength(1);
      expect(restored.events.epoch).not.toBe(epoch);
      expect(await restored.upkeep.check()).toEqual([]);
      await restored.close();
    }),
  );

  it(
    "[BK2] is not restored over anything",
    inFolder(async (folder) => {
      const store = await openSqliteStore({ folder: join(folder, "data") });
      await store.upkeep.backup(join(folder, "copy"));
      await store.close();
      expect(() => restoreBackup(join(folder, "copy"), join(folder, "data"))).toThrow("is not empty");
      expect(() => restoreBackup(join(folder, "nothing"), join(folder, "new"))).toThrow(
        "There is no backup at",
      );
      const ordinary = join(folder, "data", "store.sqlite");
      expect(() => restoreBackup(ordinary, join(folder, "new"))).toThrow("not a Whereabouts backup");
      writeFileSync(join(folder, "text"), "no database at all");
      expect(() => restoreBackup(join(folder, "text"), join(folder, "new"))).toThrow("is no SQLite database");
    }),
  );

  it(
    "[BK3] a backup that is opened as a data folder is refused, not taken for an empty store",
    inFolder(async (folder) => {
      const store = await openSqliteStore({ folder: join(folder, "data") });
      await store.upkeep.backup(join(folder, "store.sqlite"));
      await store.close();
      await expect(openSqliteStore({ folder })).rejects.toThrow("not a Whereabouts store");
    }),
  );
});

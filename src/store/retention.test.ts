import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commitOf, fixesOf, fixOf } from "#ports/contract";
import { openSqliteStore } from "#store";
import { fillStore } from "./testing/fill.ts";
import { inFolder } from "./testing/folder.ts";

describe("retention", () => {
  it(
    "[RT1] gives disk back to the file system while commits go on",
    inFolder(async (folder) => {
      const until = Date.UTC(2026, 0, 1);
      const devices = Array.from({ length: 20 }, (_, i) => `device-${i}`);
      fillStore({ folder, fixes: 200_000, devices, seed: 3, until });
      await (await openSqliteStore({ folder: join(folder, "empty") })).close();
      const empty = statSync(join(folder, "empty/store.sqlite")).size;
      /** What is stored takes, without what the tables themselves do. */
      const size = (): number => statSync(join(folder, "store.sqlite")).size - empty;
      const before = size();
      const store = await openSqliteStore({ folder });
      const forgetting = store.upkeep.forget(until - 5000 * 1000);
      for (let i = 1; i <= 20; i++) {
        await store.results.commit(commitOf(i, { fixes: fixesOf([fixOf("device-1", until + i)]) }));
      }
      const forgotten = await forgetting;
      expect(forgotten).toBeGreaterThan(178_000);
      expect(forgotten).toBeLessThan(182_000);
      expect(size()).toBeLessThan(before * 0.25);
      expect((await store.upkeep.figures()).fixes).toBe(200_020 - forgotten);
      const query = { workspace: "main", device: "device-1", from: 0, to: until + 99, limit: 100_000 };
      const kept = await store.history.range(query);
      expect(kept.length).toBeGreaterThan(1000);
      expect(kept[0]?.time).toBeGreaterThanOrEqual(until - 5000 * 1000);
      expect(await store.upkeep.check()).toEqual([]);
      await store.close();
    }),
  );
});

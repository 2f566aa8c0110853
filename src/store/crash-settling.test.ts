import { describe, expect, it } from "vitest";
import { openSqliteStore } from "#store";
import { startChild } from "./testing/child.ts";
import { committedDevices, committedFixes } from "./testing/committed.ts";
import { inFolder } from "./testing/folder.ts";

describe("a process that is killed while it settles", () => {
  it(
    "[ST5] leaves every commit it was told of, whole and once, over five kills",
    inFolder(async (folder) => {
      let told = 0;
      for (let round = 0; round < 5; round++) {
        const child = startChild("committer.ts", [folder]);
        await child.line((_, count) => count > 50 + round * 31);
        await child.kill();
        const acks = child.lines.map((line) => Number(/^ack (\d+)$/.exec(line)?.[1] ?? 0));
        told = Math.max(told, ...acks);
      }
      const store = await openSqliteStore({ folder });
      const { offset } = await store.results.restore();
      expect(offset).toBeGreaterThanOrEqual(told);
      expect(told).toBeGreaterThan(500);
      const offsets = Array.from({ length: offset }, (_, i) => i + 1);
      for (const device of committedDevices) {
        const expected = offsets.flatMap(committedFixes).filter((fix) => fix.device === device);
        const query = { workspace: "main", device, from: 0, to: 1e9, limit: 100_000 };
        expect(await store.history.range(query)).toEqual(expected);
      }
      const { fixes, segments } = await store.upkeep.figures();
      expect(fixes).toBe(offset * committedDevices.length * 5);
      expect(segments).toBeGreaterThan(0);
      expect(await store.upkeep.check()).toEqual([]);
      await store.close();
    }),
    60_000,
  );
});

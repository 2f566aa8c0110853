import { describe, expect, it } from "vitest";
import type { LoggedEntry } from "#ports";
import { until } from "#ports/contract";
import { openSqliteStore } from "#store";
import { startChild } from "./testing/child.ts";
import { inFolder } from "./testing/folder.ts";

/** Offset and time of an `ack` line; undefined for other lines and for a last line cut by the kill. */
function ackOf(line: string): { readonly offset: number; readonly time: number } | undefined {
  const match = /^ack (\d+) (\d+)$/.exec(line);
  return match ? { offset: Number(match[1]), time: Number(match[2]) } : undefined;
}

async function everything(folder: string): Promise<LoggedEntry[]> {
  const store = await openSqliteStore({ folder });
  const seen: LoggedEntry[] = [];
  void store.log.consume(0, async (batch) => {
    seen.push(...batch);
  });
  await until(() => seen.length === store.log.end);
  await store.close();
  return seen;
}

describe("a process that is killed", () => {
  it(
    "[LO12] leaves every acknowledged entry in the log, in order, over five kills",
    inFolder(async (folder) => {
      const acks = new Map<number, number>();
      for (let round = 0; round < 5; round++) {
        const child = startChild("appender.ts", [folder, "8"]);
        await child.line((_, count) => count > 40 + round * 37);
        await child.kill();
        for (const line of child.lines) {
          const ack = ackOf(line);
          if (ack) acks.set(ack.offset, ack.time);
        }
      }
      const seen = await everything(folder);
      expect(seen.map(({ offset }) => offset)).toEqual(seen.map((_, i) => i + 1));
      const stored = new Map(
        seen.map(({ offset, entry }) => [offset, entry.kind === "positions" ? entry.positions[0]?.time : 0]),
      );
      expect(acks.size).toBeGreaterThan(400);
      for (const [offset, time] of acks) expect(stored.get(offset)).toBe(time);
    }),
    60_000,
  );

  it(
    "[LK1] gives its folder free at once, while a living one keeps it and is named",
    inFolder(async (folder) => {
      const child = startChild("appender.ts", [folder, "1"]);
      await child.line((line) => line.startsWith("ready"));
      await expect(openSqliteStore({ folder })).rejects.toThrow(
        `The data folder ${folder} is in use by process ${child.pid}`,
      );
      await child.kill();
      const store = await openSqliteStore({ folder });
      await expect(openSqliteStore({ folder })).rejects.toThrow(`in use by process ${process.pid}`);
      await store.close();
      await (await openSqliteStore({ folder })).close();
    }),
  );
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoggedEntry } from "#ports";
import { entryOf, fixesOf, fixOf, commitOf, until } from "#ports/contract";
import { openSqliteStore } from "#store";

const folder = mkdtempSync(join(tmpdir(), "whereabouts-small-disk-"));
const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "none", folder]);
const mounted = mount.status === 0;
if (!mounted)
  console.warn(`SKIPPED: no small disk could be mounted, which needs root (${String(mount.stderr)})`);

beforeAll(() => {
  if (mounted) return;
  rmSync(folder, { recursive: true });
});

afterAll(() => {
  if (mounted) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** Fills what is left of the disk with a file that can be removed again. */
function fillDisk(path: string): void {
  for (let size = 1 << 20; size >= 512; size >>= 1) {
    try {
      for (;;) writeFileSync(path, new Uint8Array(size), { flag: "a" });
    } catch {
      // Full for this size; smaller pieces may still fit.
    }
  }
}

describe.skipIf(!mounted)("a full disk", () => {
  it("[LO13] refuses appends as storage_full, keeps nothing of them, and works again when there is space", async () => {
    const data = join(folder, "data");
    const filler = join(folder, "filler");
    let store = await openSqliteStore({ folder: data });
    const accepted: number[] = [];
    await store.log.append(entryOf("bus", 0, 10));
    accepted.push(0);
    await store.results.commit(commitOf(0, { fixes: fixesOf([fixOf("bus", 1)]) }));
    fillDisk(filler);
    const fillLog = async (): Promise<never> => {
      for (let time = 100; ; time += 100) {
        await store.log.append(entryOf("bus", time, 50));
        accepted.push(time);
      }
    };
    await expect(fillLog()).rejects.toMatchObject({ code: "storage_full" });
    const group = [1, 2, 3].map((i) => store.log.append(entryOf("lost", i, 2000)));
    for (const { status } of await Promise.allSettled(group)) expect(status).toBe("rejected");
    rmSync(filler);
    const next = await store.log.append(entryOf("bus", 9e9));
    expect(next).toBe(accepted.length + 1);
    accepted.push(9e9);
    await store.close();

    store = await openSqliteStore({ folder: data });
    const seen: LoggedEntry[] = [];
    void store.log.consume(0, async (batch) => {
      seen.push(...batch);
    });
    await until(() => seen.length === store.log.end);
    expect(seen.map(({ entry }) => entry.kind === "positions" && entry.positions[0]?.time)).toEqual(accepted);
    expect(await store.upkeep.check()).toEqual([]);
    await store.close();
  }, 60_000);

  it("[RE8] refuses commits as storage_full without half of them, and commits again when there is space", async () => {
    const data = join(folder, "results");
    const filler = join(folder, "filler");
    const store = await openSqliteStore({ folder: data });
    const many = (from: number): ReturnType<typeof fixesOf> =>
      fixesOf(Array.from({ length: 5000 }, (_, i) => fixOf("bus", from + i)));
    await store.results.commit(commitOf(1, { fixes: many(0) }));
    fillDisk(filler);
    const failing = store.results.commit(commitOf(2, { fixes: [...many(5000), ...many(20_000)] }));
    await expect(failing).rejects.toMatchObject({ code: "storage_full" });
    expect((await store.results.restore()).offset).toBe(1);
    expect((await store.upkeep.figures()).fixes).toBe(5000);
    rmSync(filler);
    await store.results.commit(commitOf(2, { fixes: many(5000) }));
    expect((await store.upkeep.figures()).fixes).toBe(10_000);
    await store.close();
  }, 60_000);
});

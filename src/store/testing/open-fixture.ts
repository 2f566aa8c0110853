import { enableCompileCache } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FixtureBounds, StoreFixture } from "#ports/contract";
import { openSqliteStore } from "#store";

enableCompileCache();

/** A SQLite store in a folder of its own, for the contract suites. */
export async function openFixture(bounds: FixtureBounds = {}): Promise<StoreFixture> {
  const folder = mkdtempSync(join(tmpdir(), "whereabouts-store-"));
  const options = { folder: join(folder, "data"), ...bounds };
  let store = await openSqliteStore(options);
  await store.workspaces.create({ id: "other", name: "", createdAt: 1 });
  return {
    get ports() {
      return store;
    },
    freePath: (name) => join(folder, name),
    reopen: async () => {
      await store.close();
      store = await openSqliteStore(options);
      return store;
    },
    dispose: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { removeOldCopies } from "./backup-route.ts";

it("removes the copies that a killed process left, whole and in part, and nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "whereabouts-copies-"));
  const copy = "backup-5ad8db6a-f182-4b49-813a-86f869f1c741.tmp";
  const left = [copy, `${copy}.part-28265`, `${copy}.part-28265-journal`];
  const kept = ["backup-of-may.tmp", "backup.db", "log.sqlite", "store.sqlite"];
  try {
    await Promise.all([...left, ...kept].map((name) => writeFile(join(folder, name), "")));
    await removeOldCopies(folder);
    expect((await readdir(folder)).toSorted()).toEqual(kept);
  } finally {
    await rm(folder, { recursive: true });
  }
});

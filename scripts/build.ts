/**
 * `npm run build`: everything that the published package holds, from nothing, so that no file of a source that is
 * gone stays behind. The slow parts are only made again when their sources changed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
/** What `prepare.ts` makes and knows how to keep. */
const kept = new Set(["basemap", "demo", "web", ".stamps"]);

for (const name of existsSync(dist) ? readdirSync(dist) : []) {
  if (!kept.has(name)) rmSync(join(dist, name), { recursive: true, force: true });
}
for (const [command, ...args] of [
  [join(root, "node_modules/.bin/tsc"), "-b"],
  [process.execPath, "--conditions=source", join(root, "scripts/prepare.ts")],
]) {
  const { status } = spawnSync(command ?? "", args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    break;
  }
}

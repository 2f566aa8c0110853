/**
 * Builds what the server needs beside its own code, when it is missing or its sources changed: the basemap, the
 * page, and the data of the demo. `npm ci` runs it, so that `npm start` and `npm run demo` work right after.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One thing to build: what it makes, how, and from what. Paths are relative to the repository. */
interface Part {
  readonly name: string;
  readonly output: string;
  readonly script: string;
  readonly sources: readonly string[];
}

const root = join(import.meta.dirname, "..");
const stamps = join(root, "dist/.stamps");

const parts: readonly Part[] = [
  {
    name: "basemap",
    output: "dist/basemap/world.mbtiles",
    script: "scripts/build-basemap.ts",
    sources: ["scripts/build-basemap.ts", "scripts/basemap/**/*.ts"],
  },
  {
    name: "demo",
    output: "dist/demo/countries.json",
    script: "scripts/build-demo.ts",
    sources: ["scripts/build-demo.ts"],
  },
  {
    name: "web",
    output: "dist/web/manifest.json",
    script: "scripts/build-web.ts",
    sources: ["scripts/build-web.ts", "vite.config.ts", "src/{web,wire,geo,tiles,pages}/**/*"],
  },
];

function main(): void {
  mkdirSync(stamps, { recursive: true });
  for (const part of parts.filter(({ script }) => existsSync(join(root, script)))) {
    const wanted = fingerprint(part);
    const stamp = join(stamps, part.name);
    const built = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
    if (built === wanted && existsSync(join(root, part.output))) continue;
    build(part);
    writeFileSync(stamp, wanted);
  }
}

function build({ name, script }: Part): void {
  const args = ["--conditions=source", join(root, script), "--force"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(`building ${name} with ${script} ended with ${String(status)}`);
}

/** Hash of the sources and of the versions of all packages. */
function fingerprint({ sources }: Part): string {
  const hash = createHash("sha256");
  const files = sources.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  for (const file of ["package-lock.json", ...files]) {
    const path = join(root, file);
    if (file.endsWith(".test.ts") || statSync(path).isDirectory()) continue;
    hash.update(file).update("\0").update(readFileSync(path));
  }
  return hash.digest("hex");
}

main();

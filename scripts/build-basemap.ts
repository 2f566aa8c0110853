/**
 * Makes `dist/basemap/world.mbtiles`: the world at zoom 0 to 6 from data that npm packages carry, so that a map
 * needs no internet. How and from what: docs/design/basemap.md. Run: `node --conditions=source scripts/build-basemap.ts`.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeArchive } from "./basemap/archive.ts";
import { loadLayers } from "./basemap/layers.ts";
import { cutTiles } from "./basemap/tiles.ts";

const maxZoom = 6;
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const target = resolve(root, "dist/basemap/world.mbtiles");
const unfinished = `${target}.part`;

if (existsSync(target) && !process.argv.includes("--force")) {
  console.log(`basemap: ${target} is there already (--force builds it again)`);
} else {
  const started = performance.now();
  mkdirSync(dirname(target), { recursive: true });
  rmSync(unfinished, { force: true });
  const written = writeArchive(unfinished, maxZoom, cutTiles(loadLayers(), maxZoom));
  renameSync(unfinished, target);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`basemap: ${written.tiles} tiles, ${(written.bytes / 1e6).toFixed(1)} MB, ${seconds} s`);
}

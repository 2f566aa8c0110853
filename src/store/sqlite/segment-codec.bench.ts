import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { readSegment, writeSegment } from "./segment-codec.ts";
import type { Fix } from "#wire";

/**
 * Density and speed of the segment codec on recorded tracks:
 * `node --conditions=source src/store/sqlite/segment-codec.bench.ts [folder of tracks]`.
 */
const FULL = 512;

/** The fixes of a track file by device, ascending by time, each time once. */
function tracksOf(path: string): Fix[][] {
  const devices = new Map<string, Map<number, Fix>>();
  for (const line of gunzipSync(readFileSync(path)).toString().split("\n")) {
    if (!line) continue;
    const fix = JSON.parse(line) as Fix;
    const device = devices.get(fix.device) ?? new Map<number, Fix>();
    devices.set(fix.device, device);
    if (!device.has(fix.time)) device.set(fix.time, fix);
  }
  return [...devices.values()].map((fixes) => [...fixes.values()].toSorted((a, b) => a.time - b.time));
}

/** Bytes a fix, and microseconds to write and to read one, for one track file. */
function measure(path: string): Record<string, number> {
  const parts = tracksOf(path).flatMap((fixes) =>
    Array.from({ length: Math.ceil(fixes.length / FULL) }, (_, i) => fixes.slice(i * FULL, i * FULL + FULL)),
  );
  const fixes = parts.reduce((sum, part) => sum + part.length, 0);
  const figures: Record<string, number> = { fixes, segments: parts.length };
  for (const deflate of [false, true]) {
    const name = deflate ? "Deflated" : "Plain";
    let start = performance.now();
    const bodies = parts.map((part) => writeSegment(part, deflate));
    figures[`write${name}Us`] = ((performance.now() - start) * 1000) / fixes;
    start = performance.now();
    for (const body of bodies) readSegment(body, "device");
    figures[`read${name}Us`] = ((performance.now() - start) * 1000) / fixes;
    figures[`bytes${name}`] = bodies.reduce((sum, body) => sum + body.length, 0) / fixes;
  }
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, Math.round(value * 100) / 100]),
  );
}

const folder = process.argv[2] ?? "../shared/data/tracks";
const names = ["sf-taxis", "beijing-people", "liverpool-bus"];
const found = names.filter((name) => existsSync(`${folder}/${name}.ndjson.gz`));
if (found.length < names.length)
  console.error(`${names.length - found.length} of 3 tracks are not in ${folder}`);
console.log(
  JSON.stringify(Object.fromEntries(found.map((name) => [name, measure(`${folder}/${name}.ndjson.gz`)]))),
);

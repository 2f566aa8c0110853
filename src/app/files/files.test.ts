import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FixLine, isUnreadable, type Read } from "./fix-line.ts";
import { inTimeOrder } from "./in-time-order.ts";
import { parseMoment } from "./moment.ts";
import { openFixes } from "./open.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whereabouts-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, content: string | Buffer, device?: string): Promise<Read[]> {
  const path = join(folder, name);
  await writeFile(path, content);
  return Array.fromAsync(await openFixes(path, device));
}

function positions(reads: readonly Read[]): unknown[] {
  return reads
    .filter((part) => !isUnreadable(part))
    .map((part) => JSON.parse((part as FixLine).line) as unknown);
}

function troubles(reads: readonly Read[]): string[] {
  return reads.filter((part) => isUnreadable(part)).map(({ where, why }) => `${where}: ${why}`);
}

describe("a moment", () => {
  it("is RFC 3339, with or without zone, or an epoch number", () => {
    const noon = Date.parse("2024-05-01T12:00:00Z");
    expect(parseMoment("2024-05-01T12:00:00Z")).toBe(noon);
    expect(parseMoment("2024-05-01 14:00:00+0200")).toBe(noon);
    expect(parseMoment(" 2024-05-01T12:00:00 ")).toBe(noon);
    expect(parseMoment(String(noon))).toBe(noon);
    expect(parseMoment(String(noon / 1000))).toBe(noon);
    expect(parseMoment("yesterday")).toBeUndefined();
    expect(parseMoment("")).toBeUndefined();
  });
});

describe("NDJSON", () => {
  it("passes lines on as they are, gzipped or not, and names what has no place in time", async () => {
    const lines = [
      '{"device":"a","time":1000,"lon":1,"lat":2,"attributes":{"x":1}}',
      "",
      "not json",
      '{"device":"a","lon":1,"lat":2}',
      '{"device":"b","time":"2024-05-01T12:00:00Z","lon":999,"lat":2}',
    ].join("\n");
    for (const [name, content] of [
      ["plain.ndjson", lines],
      ["named-wrongly.csv", gzipSync(lines)],
    ] as const) {
      const reads = await read(name, content);
      expect(reads.filter((part) => !isUnreadable(part)).map((part) => (part as FixLine).line)).toEqual([
        lines.split("\n")[0],
        lines.split("\n")[4],
      ]);
      expect(troubles(reads)).toEqual(["line 3: not JSON: not json", "line 4: no usable time: undefined"]);
    }
  });
});

describe("GPX", () => {
  it("gives track points with what they carry, and leaves way-points and routes out", async () => {
    const text = `\uFEFF<?xml version="1.0"?><gpx version="1.1" xmlns:x="urn:x"><time>1970-01-01T00:00:00Z</time>
      <wpt lat="1" lon="1"><time>2024-05-01T12:00:00Z</time></wpt>
      <trk><name>Walk</name><trkseg>
        <trkpt lat="47.5" lon="9.25"><ele>435.4</ele><time>2024-05-01T12:00:00Z</time><speed>1.5</speed><course>90</course></trkpt>
        <trkpt lat="47.6" lon="9.26"><time>2024-05-01T12:00:10Z</time><extensions><x:heart>80</x:heart></extensions></trkpt>
        <trkpt lat="47.7" lon="9.27"></trkpt>
      </trkseg></trk></gpx>`;
    const reads = await read("walk.gpx", text);
    const time = Date.parse("2024-05-01T12:00:00Z");
    expect(positions(reads)).toEqual([
      { device: "walk", time, lon: 9.25, lat: 47.5, altitude: 435.4, speed: 1.5, course: 90 },
      { device: "walk", time: time + 10_000, lon: 9.26, lat: 47.6 },
    ]);
    expect(troubles(reads)).toEqual(["track point 3: has no time"]);
    expect(positions(await read("walk.gpx", text, "runner"))[0]).toMatchObject({ device: "runner" });
  });
});

describe("CSV", () => {
  it("finds its columns by their names, whatever the delimiter", async () => {
    const text =
      'Vehicle ID;Timestamp;Latitude;Longitude;Speed (km/h);Heading\n"bus;1";1714564800;53.4;-2.9;36;58\n';
    expect(positions(await read("bus.csv", text))).toEqual([
      { device: "bus;1", time: 1_714_564_800_000, lon: -2.9, lat: 53.4, speed: 10, course: 58 },
    ]);
  });

  it("names a line without a place or time, and takes the file's name for the device", async () => {
    const text = "time,lat,lon\n2024-05-01T12:00:00Z,1,2\nlater,1,2\n2024-05-01T12:00:00Z,north,2\n";
    const reads = await read("boat.csv.gz", gzipSync(text));
    expect(positions(reads)).toEqual([{ device: "boat", time: 1_714_564_800_000, lon: 2, lat: 1 }]);
    expect(troubles(reads)).toEqual([
      "line 3: has a time that is none: later",
      "line 4: has no place: 2, north",
    ]);
  });

  it("refuses a header that names no place", async () => {
    await expect(read("odd.csv", "time,speed\n1,2\n")).rejects.toThrow("no column for lon, lat: time, speed");
  });
});

describe("a file of no known form", () => {
  it("is refused by how it begins", async () => {
    await expect(read("note.txt", "hello")).rejects.toThrow('it begins with "hello"');
    await expect(read("empty.gpx", " \n")).rejects.toThrow("the file is empty");
    await expect(openFixes(join(folder, "absent"))).rejects.toThrow("ENOENT");
  });
});

describe("sorting by time", () => {
  it("gives the same in memory as over runs on disk, and keeps the order of equal times", async () => {
    const fixes = Array.from({ length: 500 }, (_, index) => ({
      device: String(index),
      time: (index * 7919) % 97,
      line: `{"n":${index}}`,
    }));
    async function* source(): AsyncGenerator<FixLine> {
      yield* fixes;
    }
    const expected = fixes.toSorted((a, b) => a.time - b.time);
    for (const run of [1_000, 500, 64, 1]) {
      const sorted = await inTimeOrder(source(), run);
      expect(await Array.fromAsync(sorted.fixes)).toEqual(expected);
      expect(sorted).toMatchObject({ count: 500, first: 0, last: 96 });
      await sorted.close();
    }
  });
});

import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Fix, Problem } from "#wire";
import { readSegment, readSegmentTimes, writeSegment } from "./segment-codec.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const decimal = fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }).map((scaled) => scaled / 1e7);
const measure = fc.oneof(finite, decimal, fc.integer({ min: 0, max: 400 }));
const fix = fc.record(
  {
    device: fc.constant("bus"),
    time: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 4e12 }) },
      { weight: 1, arbitrary: finite },
    ),
    lon: fc.oneof(decimal, finite),
    lat: fc.oneof(decimal, finite),
    altitude: measure,
    speed: measure,
    course: measure,
    accuracy: measure,
    attributes: fc.dictionary(
      fc.constantFrom("line", "doors", "__proto__", "é"),
      fc.oneof(fc.constantFrom("a", -0, 0, true, null), finite),
      { noNullPrototype: true },
    ),
    outlier: fc.constant(true as const),
    late: fc.constant(true as const),
    computed: fc.constantFrom(["speed"], ["course"], ["speed", "course"]),
  },
  { requiredKeys: ["device", "time", "lon", "lat"], noNullPrototype: true },
) as fc.Arbitrary<Fix>;
const track = fc.array(fix, { maxLength: 60 }).map((fixes) => fixes.toSorted((a, b) => a.time - b.time));

describe("segment codec", () => {
  it("[SG1] every run of fixes comes back exactly, deflated or not", () => {
    const comesBack = (fixes: readonly Fix[], deflate: boolean): void => {
      const bytes = writeSegment(fixes, deflate);
      expect(readSegment(bytes, "bus")).toEqual(fixes);
      expect([...readSegmentTimes(bytes)]).toEqual(fixes.map(({ time }) => time));
    };
    fc.assert(fc.property(track, fc.boolean(), comesBack), { numRuns: 500 });
  });

  it("[SG2] decimal coordinates a second apart take few bytes", () => {
    const fixes: Fix[] = Array.from({ length: 512 }, (_, i) => ({
      device: "bus",
      time: 1_700_000_000_000 + i * 1000,
      lon: (23_500_000 + i * 37) / 1e7,
      lat: (488_500_000 - i * 21) / 1e7,
    }));
    expect(writeSegment(fixes, false).length).toBeLessThan(512 * 3.2);
  });

  it("[SG3] a truncated or damaged segment is refused by name", () => {
    const bytes = writeSegment([{ device: "bus", time: 1, lon: 2, lat: 3, attributes: { a: 1 } }], false);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSegment(bytes.subarray(0, length), "bus")).toThrow(/^Corrupt segment: /);
    }
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.with(at, (bytes[at] ?? 0) ^ 0x10);
      expect(() => readSegment(damaged, "bus")).toThrow(Problem);
    }
  });

  it("[SG4] a segment of version 1 is read; what it holds counts as reported", () => {
    const fixes: Fix[] = [
      { device: "bus", time: 1, lon: 2, lat: 3, speed: 4, attributes: { a: 1 } },
      { device: "bus", time: 2, lon: 2, lat: 3, late: true },
    ];
    const newer = writeSegment(fixes, false);
    // "None" takes a byte for each of the two that may be computed.
    const older = newer.slice(0, -2);
    older[1] = 1;
    new DataView(older.buffer).setUint32(3, crc32(older.subarray(7)), true);
    expect(readSegment(older, "bus")).toEqual(fixes);
    older[1] = 3;
    expect(() => readSegment(older, "bus")).toThrow("version 1 to 2 expected, found 3");
  });
});

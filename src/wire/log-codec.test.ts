import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogEntry } from "./entry.ts";
import { decodeEntry, encodeEntry } from "./log-codec.ts";
import { Problem } from "./problem.ts";

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "binary", maxLength: 20 }));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const time = fc.oneof(fc.integer({ min: -1e13, max: 1e14 }), finite);
const attributes = fc.dictionary(
  text,
  fc.oneof(text, finite, fc.integer(), fc.boolean(), fc.constant(null)),
  {
    noNullPrototype: true,
  },
);
const position = fc.record(
  {
    device: text,
    time,
    lon: finite,
    lat: finite,
    altitude: finite,
    speed: finite,
    course: finite,
    accuracy: finite,
    attributes,
  },
  { requiredKeys: ["device", "time", "lon", "lat"], noNullPrototype: true },
);
const fence = fc.record(
  {
    id: text,
    workspace: text,
    version: fc.nat(),
    name: text,
    geometry: fc.constant({ type: "Point" as const, coordinates: [2.5, 48.25] }),
    radius: fc.nat(),
    extra: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
    createdAt: fc.nat(),
    updatedAt: fc.nat(),
  },
  { requiredKeys: ["id", "workspace", "version", "name", "geometry"], noNullPrototype: true },
);
const entry = fc.oneof(
  fc.record({
    kind: fc.constant("positions" as const),
    workspace: text,
    at: time,
    mode: fc.constantFrom("live" as const, "import" as const),
    positions: fc.array(position, { maxLength: 20 }),
  }),
  fc.record({ kind: fc.constant("fence-put" as const), at: time, fence }),
  fc.record({ kind: fc.constant("fence-delete" as const), workspace: text, at: time, fence: text }),
  fc.record({ kind: fc.constant("device-delete" as const), workspace: text, at: time, device: text }),
) as fc.Arbitrary<LogEntry>;

const sample: LogEntry = {
  kind: "positions",
  workspace: "main",
  at: 1_700_000_000_000,
  mode: "live",
  positions: [
    {
      device: "bus-1",
      time: 1_699_999_999_000,
      lon: 2.35,
      lat: 48.85,
      attributes: { line: "7", doors: null },
    },
    {
      device: "bus-1",
      time: 1_699_999_999_500.25,
      lon: -0,
      lat: 48.85,
      speed: 3.5,
      attributes: { line: "8" },
    },
  ],
};

/** What decoding comes to: an entry, a Problem, or the error that should not have been. */
function outcome(bytes: Uint8Array): string {
  try {
    return typeof decodeEntry(bytes).kind === "string" ? "entry" : "nothing";
  } catch (error) {
    return error instanceof Problem ? "problem" : String(error);
  }
}

describe("log codec", () => {
  it("[LG1] every entry comes back exactly", () => {
    const comesBack = (given: LogEntry): void => {
      expect(decodeEntry(encodeEntry(given))).toEqual(given);
    };
    fc.assert(fc.property(entry, comesBack), { numRuns: 500 });
    expect(decodeEntry(encodeEntry(sample))).toStrictEqual(sample);
  });

  it("[LG2] text keeps lone surrogates, emoji and every plane", () => {
    const given: LogEntry = { kind: "device-delete", workspace: "\ud800x", at: 1, device: "é€😀\udfff\0" };
    expect(decodeEntry(encodeEntry(given))).toStrictEqual(given);
    const long = "a😀é".repeat(5000);
    expect(decodeEntry(encodeEntry({ ...given, device: long }))).toMatchObject({ device: long });
  });

  it("[LG3] every truncation is refused by name", () => {
    const bytes = encodeEntry(sample);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeEntry(bytes.subarray(0, length))).toThrow(/^Corrupt log entry: /);
    }
    expect(() => decodeEntry(Uint8Array.of(...bytes, 0))).toThrow("1 bytes after the end");
  });

  it("[LG3] another magic byte, version or kind is refused by name", () => {
    const wrong = (at: number, value: number): Uint8Array => encodeEntry(sample).with(at, value);
    expect(() => decodeEntry(wrong(0, 0))).toThrow("magic byte 87 expected, found 0");
    expect(() => decodeEntry(wrong(1, 9))).toThrow("version 1 expected, found 9");
    expect(() => decodeEntry(wrong(2, 99))).toThrow("entry kind 1 to 10 expected, found 99");
  });

  it("[LG3] damaged bytes give an entry or a Problem, never anything else", () => {
    const bytes = encodeEntry(sample);
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        expect(outcome(damaged)).toMatch(/^(entry|problem)$/);
      }),
      { numRuns: 2000 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTime, parseTime } from "./time.ts";

describe("parseTime", () => {
  it("reads what formatTime writes, for every millisecond of the years 1 to 9999", () => {
    const range = { min: -62_135_596_800_000, max: 253_402_300_799_999 };
    fc.assert(
      fc.property(fc.integer(range), (time) => {
        expect(parseTime(formatTime(time))).toBe(time);
      }),
    );
  });

  it("agrees with Date on every offset", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_102_444_800 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.constantFrom("+", "-"),
        (seconds, hours, minutes, sign) => {
          const offset = `${sign}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
          const text = formatTime(seconds * 1000).replace(".000Z", offset);
          expect(parseTime(text)).toBe(Date.parse(text));
        },
      ),
    );
  });

  it.each([
    ["2026-05-01T12:00:00.5+02:00", "2026-05-01T10:00:00.500Z"],
    ["2026-05-01t12:00:00z", "2026-05-01T12:00:00.000Z"],
    ["2026-05-01T12:00:00.123456789Z", "2026-05-01T12:00:00.123Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
  ])("reads %s", (text, expected) => {
    expect(formatTime(parseTime(text)!)).toBe(expected);
  });

  it.each([
    "",
    "2026-05-01",
    "2026-05-01T12:00:00",
    "2026-05-01 12:00:00Z",
    "2026-13-01T12:00:00Z",
    "2026-02-29T12:00:00Z",
    "1900-02-29T12:00:00Z",
    "2026-05-00T12:00:00Z",
    "2026-05-01T24:00:00Z",
    "2026-05-01T12:60:00Z",
    "2026-05-01T12:00:61Z",
    "2026-05-01T12:00:00.Z",
    "2026-05-01T12:00:00+0200",
    "2026-05-01T12:00:00+24:00",
    "2026-05-01T12:00:00Z ",
    "2026-05-01T1a:00:00Z",
    "yesterday at some time",
  ])("does not read %j", (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const time = parseTime(text);
        expect(time === undefined || Number.isSafeInteger(time)).toBe(true);
      }),
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { decodePosition } from "./decode-position.ts";
import { isRefusal, type Refusal } from "./refusal.ts";

const now = Date.UTC(2026, 4, 1, 12);
const good = { device: "van-7", time: now - 1000, lon: 7.4, lat: 43.7 };

const refusal = (value: unknown): Refusal => {
  const result = decodePosition(value, now);
  if (!isRefusal(result)) throw new Error(`accepted: ${JSON.stringify(result)}`);
  return result;
};

describe("decodePosition", () => {
  it("[IP4] keeps every field that it knows", () => {
    const whole = {
      ...good,
      altitude: 12.5,
      speed: 3,
      course: 359.9,
      accuracy: 5,
      attributes: { battery: 0.4, on: true, driver: "Ada", none: null },
    };
    expect(decodePosition(whole, now)).toEqual(whole);
  });

  it("[IP2] reads the time as RFC 3339 too", () => {
    expect(decodePosition({ ...good, time: "2026-05-01T13:59:59+02:00" }, now)).toEqual(good);
  });

  it("[IP6] ignores keys of no meaning, and null where a field may be absent", () => {
    expect(decodePosition({ ...good, id: 4, speed: null, attributes: null }, now)).toEqual(good);
  });

  it("[IP5] keeps an attribute called code, and tells it from a refusal", () => {
    const attributes = { code: "x", detail: "y" };
    expect(decodePosition({ ...good, attributes }, now)).toEqual({ ...good, attributes });
  });

  it("[IP4] makes a course of 360 north", () => {
    expect(decodePosition({ ...good, course: 360 }, now)).toMatchObject({ course: 0 });
  });

  it.each<[string, object, string, string]>([
    ["latitude 91", { lat: 91 }, "invalid_coordinate", "91"],
    ["longitude -180.1", { lon: -180.1 }, "invalid_coordinate", "-180.1"],
    ["NaN", { lat: Number.NaN }, "invalid_coordinate", "NaN"],
    ["Infinity, as JSON.parse makes it of 1e999", { lon: Infinity }, "invalid_coordinate", "Infinity"],
    ["a string for a number", { lat: "43.7" }, "invalid_coordinate", '"43.7"'],
    ["a missing latitude", { lat: undefined }, "invalid_coordinate", "lat is missing"],
    ["a missing device", { device: undefined }, "invalid_device", "missing"],
    ["a number for a device", { device: 7 }, "invalid_device", "7"],
    ["an empty device", { device: "" }, "invalid_device", '""'],
    ["a device with a control character", { device: "a\u0007b" }, "invalid_device", "\\u0007"],
    ["a device with half a surrogate", { device: "a\uD800" }, "invalid_device", "ud800"],
    ["a device of 129 characters", { device: "x".repeat(129) }, "invalid_device", "xxx"],
    ["a device with a space at its end", { device: "van " }, "invalid_device", '"van "'],
    ["a missing time", { time: undefined }, "invalid_time", "missing"],
    ["a time without an offset", { time: "2026-05-01T12:00:00" }, "invalid_time", "2026-05-01T12:00:00"],
    ["a time that is true", { time: true }, "invalid_time", "true"],
    ["the year 1970", { time: "1970-01-01T00:00:00Z" }, "time_out_of_range", "1970"],
    ["the year 2100", { time: "2100-01-01T00:00:00Z" }, "time_out_of_range", "2100"],
    ["seconds for milliseconds", { time: 1_777_636_800 }, "time_out_of_range", "seconds?"],
    ["6 minutes ahead", { time: now + 360_000 }, "time_out_of_range", "5 minutes"],
    ["a negative speed", { speed: -1 }, "invalid_field", "-1"],
    ["a course of 361", { course: 361 }, "invalid_field", "361"],
    ["a course of -90", { course: -90 }, "invalid_field", "-90"],
    ["a negative accuracy", { accuracy: -5 }, "invalid_field", "-5"],
    ["an altitude of text", { altitude: "high" }, "invalid_field", '"high"'],
    ["attributes that are an array", { attributes: [1] }, "invalid_attributes", "array of 1"],
    ["a nested attribute", { attributes: { a: { b: 1 } } }, "invalid_attributes", "attributes.a"],
    [
      "an attribute of 1,025 characters",
      { attributes: { a: "x".repeat(1025) } },
      "invalid_attributes",
      "1025",
    ],
    [
      "101 attributes",
      { attributes: Object.fromEntries([...Array(101).keys()].entries()) },
      "invalid_attributes",
      "101",
    ],
    ["an empty attribute key", { attributes: { "": 1 } }, "invalid_attributes", '""'],
  ])("[IP8] refuses %s by name", (_, change, code, value) => {
    const { code: given, detail } = refusal({ ...good, ...change });
    expect(given).toBe(code);
    expect(detail).toContain(value);
  });

  it.each([
    '{"device":"a","time":1777636799000,"lon":1,"lat":1,"__proto__":{"x":1}}',
    '{"device":"a","time":1777636799000,"lon":1,"lat":1,"constructor":1}',
    '{"device":"a","time":1777636799000,"lon":1,"lat":1,"prototype":1}',
    '{"device":"a","time":1777636799000,"lon":1,"lat":1,"attributes":{"__proto__":1}}',
    '{"device":"a","time":1777636799000,"lon":1,"lat":1,"attributes":{"a":{"__proto__":{"x":1}}}}',
    '{"__proto__":{"device":"a","time":1777636799000,"lon":1,"lat":1}}',
  ])("[IP6] refuses keys that reach a prototype: %s", (json) => {
    expect(refusal(JSON.parse(json)).code).toBe("forbidden_key");
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it.each([[null], [7], ["x"], [[good]], [undefined]])("refuses what is no object: %j", (value) => {
    expect(refusal(value).code).toBe("invalid_body");
  });

  it("[IP8] never throws, and answers a position or a code of the catalogue", () => {
    const field = fc.oneof(fc.jsonValue(), fc.double(), fc.constant(undefined), fc.bigInt(), fc.string());
    const position = fc.record(
      { device: field, time: field, lon: field, lat: field, speed: field, course: field, attributes: field },
      { requiredKeys: [] },
    );
    const judged = fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), position), (value) => {
      const result = decodePosition(value, now);
      if (isRefusal(result)) return result.code in catalogue && result.detail.length < 400;
      return Math.abs(result.lat) <= 90 && Math.abs(result.lon) <= 180;
    });
    expect(() => fc.assert(judged, { numRuns: 1000 })).not.toThrow();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

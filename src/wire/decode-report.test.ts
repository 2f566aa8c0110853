import { describe, expect, it } from "vitest";
import { decodeReport, splitReports } from "./decode-report.ts";

const now = Date.UTC(2026, 4, 1, 12);
const time = now - 1000;
const feature = (geometry: unknown, properties: unknown = { device: "a", time }): unknown => ({
  type: "Feature",
  geometry,
  properties,
});
const point = { type: "Point", coordinates: [7, 43] };

describe("decodeReport", () => {
  it("[IP7] reads a Feature of a Point with the altitude as third coordinate", () => {
    const value = feature(
      { type: "Point", coordinates: [7, 43, 120] },
      { device: "a", time, speed: 2, other: 1 },
    );
    expect(decodeReport(value, now)).toEqual({ device: "a", time, lon: 7, lat: 43, altitude: 120, speed: 2 });
  });

  it("[IP7] takes place from the geometry even when the properties say another", () => {
    expect(decodeReport(feature(point, { device: "a", time, lon: 1, lat: 1 }), now)).toMatchObject({
      lon: 7,
      lat: 43,
    });
  });

  it("[IP7] lets a plain position have a field called type", () => {
    expect(decodeReport({ type: "car", device: "a", time, lon: 7, lat: 43 }, now)).toMatchObject({
      device: "a",
    });
  });

  it.each([
    [feature(null), "invalid_body", "null"],
    [feature({ type: "Polygon", coordinates: [] }), "invalid_body", "Polygon"],
    [feature({ type: "Point", coordinates: [7] }), "invalid_coordinate", "array of 1"],
    [feature({ type: "Point", coordinates: ["7", 43] }), "invalid_coordinate", '"7"'],
    [feature(point, null), "invalid_body", "null"],
    [feature(point, JSON.parse('{"__proto__":{"device":"a"}}')), "forbidden_key", "__proto__"],
    [{ ...(feature(point) as object), constructor: 1 }, "forbidden_key", "constructor"],
  ])("[IP7] refuses %j", (value, code, part) => {
    const result = decodeReport(value, now);
    expect(result).toMatchObject({ code });
    expect((result as { detail: string }).detail).toContain(part);
  });
});

describe("splitReports", () => {
  it("tells one report from many", () => {
    expect(splitReports({ device: "a" })).toEqual({ single: true, values: [{ device: "a" }] });
    expect(splitReports(feature(point))).toMatchObject({ single: true });
    expect(splitReports([1, 2])).toEqual({ single: false, values: [1, 2] });
    expect(splitReports({ type: "FeatureCollection", features: [1] })).toEqual({
      single: false,
      values: [1],
    });
  });

  it("refuses what holds no reports", () => {
    expect(splitReports(7)).toMatchObject({ code: "invalid_body" });
    expect(splitReports({ type: "FeatureCollection", features: 7 })).toMatchObject({ code: "invalid_body" });
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { decodeFence } from "./decode-fence.ts";
import { MAX_VERTICES } from "./decode-geometry.ts";
import { encodeFence } from "./encode-fence.ts";
import { isRefusal } from "./refusal.ts";

const square = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
];
const polygon = { type: "Polygon", coordinates: [square] };
const circle = { type: "Point", coordinates: [7, 43] };
const feature = (geometry: unknown, properties: unknown = {}, more: object = {}): unknown => ({
  type: "Feature",
  geometry,
  properties,
  ...more,
});

describe("decodeFence", () => {
  it("reads every setting and keeps properties of no meaning", () => {
    const properties = {
      name: "Port",
      radius: 80,
      exitMargin: 20,
      useAccuracy: true,
      confirmFixes: 2,
      confirmSeconds: 30,
      dwellSeconds: 600,
      devices: ["van-7"],
      groups: ["north"],
      schedule: { timeZone: "Europe/Paris", hours: [{ days: ["mon"], from: "08:00", to: "17:00" }] },
      colour: "#f00",
      code: "not a refusal",
    };
    const { colour, code, ...settings } = properties;
    expect(decodeFence(feature(circle, properties, { id: "port" }))).toEqual({
      id: "port",
      geometry: circle,
      ...settings,
      extra: { colour, code },
    });
  });

  it("reads lines, holes, several polygons, longitudes past 180 and altitudes (dropped)", () => {
    const line = {
      type: "LineString",
      coordinates: [
        [179, 1, 5],
        [181, 2, 5],
      ],
    };
    expect(decodeFence(feature(line, { radius: 10 }))).toMatchObject({
      geometry: {
        type: "LineString",
        coordinates: [
          [179, 1],
          [181, 2],
        ],
      },
    });
    const many = { type: "MultiPolygon", coordinates: [[square, square], [square]] };
    expect(decodeFence(feature(many))).toMatchObject({ geometry: many });
  });

  it("takes back what encodeFence gives", () => {
    const schedule = { timeZone: "UTC", hours: [{ days: ["sat"], from: "00:00", to: "24:00" }] };
    const input = {
      geometry: polygon,
      name: "A",
      exitMargin: 5,
      groups: ["b"],
      schedule,
      extra: { colour: "red" },
    } as never;
    const fence = {
      ...(input as object),
      id: "f",
      workspace: "main",
      version: 3,
      createdAt: 1,
      updatedAt: 2,
    } as never;
    expect(decodeFence(encodeFence(fence))).toEqual({ ...(input as object), id: "f" });
  });

  it.each<[string, unknown, string, string]>([
    ["no Feature", polygon, "invalid_fence", '"Polygon"'],
    ["nothing", null, "invalid_fence", "null"],
    ["properties of text", feature(polygon, "x"), "invalid_fence", '"x"'],
    ["an empty id", feature(polygon, {}, { id: "" }), "invalid_fence", '""'],
    [
      "an open ring",
      feature({
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
          ],
        ],
      }),
      "invalid_geometry",
      "open",
    ],
    [
      "a ring of three",
      feature({
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [0, 0],
          ],
        ],
      }),
      "invalid_geometry",
      "at least 4",
    ],
    ["a polygon of nothing", feature({ type: "Polygon", coordinates: [] }), "invalid_geometry", "array of 0"],
    [
      "a line of one",
      feature({ type: "LineString", coordinates: [[0, 0]] }, { radius: 1 }),
      "invalid_geometry",
      "at least 2",
    ],
    [
      "a collection",
      feature({ type: "GeometryCollection", geometries: [] }),
      "invalid_geometry",
      "GeometryCollection",
    ],
    ["no geometry", feature(null), "invalid_geometry", "null"],
    [
      "latitude 91",
      feature({ type: "Point", coordinates: [0, 91] }, { radius: 1 }),
      "invalid_coordinate",
      "91",
    ],
    [
      "longitude 400",
      feature({ type: "Point", coordinates: [400, 1] }, { radius: 1 }),
      "invalid_coordinate",
      "400",
    ],
    [
      "text for a longitude",
      feature({ type: "Point", coordinates: ["1", 1] }, { radius: 1 }),
      "invalid_coordinate",
      '"1"',
    ],
    ["a circle without a radius", feature(circle), "invalid_radius", "missing"],
    ["a radius of 0", feature(circle, { radius: 0 }), "invalid_radius", "0"],
    ["a radius of text", feature(circle, { radius: "5" }), "invalid_radius", '"5"'],
    ["a polygon with a radius", feature(polygon, { radius: 5 }), "invalid_radius", "5"],
    ["a negative margin", feature(polygon, { exitMargin: -1 }), "invalid_fence", "-1"],
    ["half a confirmation", feature(polygon, { confirmFixes: 1.5 }), "invalid_fence", "1.5"],
    ["useAccuracy of 1", feature(polygon, { useAccuracy: 1 }), "invalid_fence", "1"],
    ["devices of text", feature(polygon, { devices: "van" }), "invalid_fence", 'properties.devices is "van"'],
    ["no group", feature(polygon, { groups: [] }), "invalid_fence", "properties.groups is an array of 0"],
    [
      "a wrong schedule",
      feature(polygon, { schedule: { timeZone: "UTC", hours: [{ days: ["mon"], from: "8", to: "9" }] } }),
      "invalid_fence",
      'properties.schedule.hours[0].from is "8"',
    ],
    ["a name of 201", feature(polygon, { name: "x".repeat(201) }), "invalid_fence", "xxx"],
    ["a huge extra", feature(polygon, { note: "x".repeat(20_000) }), "invalid_fence", "20011"],
    ["__proto__", feature(polygon, JSON.parse('{"__proto__":{"a":1}}')), "forbidden_key", "__proto__"],
    [
      "nested __proto__",
      feature(polygon, { a: [JSON.parse('{"__proto__":1}')] }),
      "forbidden_key",
      "__proto__",
    ],
  ])("refuses %s by name", (_, value, code, part) => {
    const result = decodeFence(value);
    expect(result).toMatchObject({ code });
    expect((result as { detail: string }).detail).toContain(part);
  });

  it("refuses 1,000,000 vertices by their number, in every kind of geometry", () => {
    const many = Array.from({ length: 1_000_000 }, () => [0, 0]);
    for (const geometry of [
      { type: "Polygon", coordinates: [many] },
      { type: "MultiPolygon", coordinates: [[many]] },
      { type: "LineString", coordinates: many },
    ]) {
      expect(decodeFence(feature(geometry, { radius: 1 }))).toEqual({
        code: "too_many_vertices",
        detail: `the geometry has 1000000 vertices; at most ${MAX_VERTICES} are allowed`,
      });
    }
  });

  it("never throws, and refuses only with codes of the catalogue", () => {
    const coordinates = fc.oneof(fc.jsonValue(), fc.array(fc.array(fc.array(fc.double(), { maxLength: 3 }))));
    const geometry = fc.record({
      type: fc.constantFrom("Point", "LineString", "Polygon", "MultiPolygon", "x"),
      coordinates,
    });
    const shaped = fc.record(
      { type: fc.constant("Feature"), id: fc.jsonValue(), geometry, properties: fc.jsonValue() },
      { requiredKeys: ["type"] },
    );
    const judged = fc.property(fc.oneof(shaped, fc.jsonValue()), (value) => {
      const result = decodeFence(value);
      return !isRefusal(result) || result.code in catalogue;
    });
    expect(() => fc.assert(judged, { numRuns: 1000 })).not.toThrow();
  });
});

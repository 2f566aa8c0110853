import { describe, expect, it } from "vitest";
import { bboxesOverlap, bboxOf, normalizeBBox, pointInBBox, splitBBox } from "./bbox.ts";
import { side } from "./orientation.ts";
import { pointInRing } from "./point-in-ring.ts";
import { segmentContact } from "./segment-contact.ts";
import { normalizeLon, unwrapLon } from "./wrap-lon.ts";

describe("normalizeLon", () => {
  it.each([
    [0, 0],
    [180, -180],
    [-180, -180],
    [181, -179],
    [-181, 179],
    [540, -180],
    [359.5, -0.5],
    [-1e-20, -1e-20],
  ])("%d is %d", (lon, expected) => {
    expect(normalizeLon(lon)).toBe(expected);
  });

  it("never answers 180", () => {
    expect(normalizeLon(-180 - 1e-14)).toBeLessThan(180);
  });
});

describe("unwrapLon", () => {
  it("takes the short way round", () => {
    expect(unwrapLon(179, -179)).toBe(181);
    expect(unwrapLon(-179, 179)).toBe(-181);
    expect(unwrapLon(10, 20)).toBe(20);
    expect(unwrapLon(540, -170)).toBe(550);
  });

  it("leaves a half turn as it is written", () => {
    expect(unwrapLon(-90, 90)).toBe(90);
    expect(unwrapLon(90, -90)).toBe(-90);
  });
});

describe("side", () => {
  it("is 1 on the left, -1 on the right, 0 exactly on the line", () => {
    expect(side(0, 0, 1, 0, 0.5, 1)).toBe(1);
    expect(side(0, 0, 1, 0, 0.5, -1)).toBe(-1);
    expect(side(0, 0, 0.3, 0.3, 0.1, 0.1)).toBe(0);
    expect(side(0, 0, 3, 1, 1.5, 0.5 + 2 ** -52)).toBe(1);
  });
});

describe("pointInRing", () => {
  const ring = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 2],
    [0, 4],
    [0, 0],
  ];
  it.each([
    [1, 1, "inside"],
    [2, 3, "outside"],
    [5, 2, "outside"],
    [-1, 2, "outside"],
    [-1, 0, "outside"],
    [2, 2, "boundary"],
    [3, 3, "boundary"],
    [4, 4, "boundary"],
    [2, 0, "boundary"],
    [0, 1, "boundary"],
  ])("%d, %d is %s", (lon, lat, expected) => {
    expect(pointInRing(lon, lat, ring)).toBe(expected);
    expect(pointInRing(lon, lat, ring.toReversed())).toBe(expected);
  });
});

describe("segmentContact", () => {
  it("answers the fraction of the path", () => {
    expect(segmentContact(0, 0, 4, 0, 1, -1, 1, 1)).toEqual({ first: 0.25, last: 0.25 });
    expect(segmentContact(0, 0, 4, 0, 5, -1, 5, 1)).toBeUndefined();
    expect(segmentContact(0, 0, 4, 0, 1, 1, 1, 2)).toBeUndefined();
  });

  it("counts ends that touch, and stretches that lie on each other", () => {
    expect(segmentContact(0, 0, 4, 0, 4, 0, 9, 9)).toEqual({ first: 1, last: 1 });
    expect(segmentContact(0, 0, 4, 0, 0, 0, 0, 9)).toEqual({ first: 0, last: 0 });
    expect(segmentContact(0, 0, 4, 0, 3, 0, 1, 0)).toEqual({ first: 0.25, last: 0.75 });
    expect(segmentContact(0, 0, 0, 4, 0, -1, 0, 1)).toEqual({ first: 0, last: 0.25 });
    expect(segmentContact(0, 0, 4, 0, 5, 0, 6, 0)).toBeUndefined();
  });
});

describe("boxes", () => {
  it("surrounds positions", () => {
    expect(
      bboxOf([
        [1, 5],
        [-3, 2],
        [2, 9],
      ]),
    ).toEqual([-3, 2, 2, 9]);
    expect(bboxOf([])).toBeUndefined();
  });

  it("normalises and splits over the antimeridian", () => {
    expect(normalizeBBox([170, 0, 190, 5])).toEqual([170, 0, -170, 5]);
    expect(normalizeBBox([-400, 0, 400, 5])).toEqual([-180, 0, 180, 5]);
    expect(normalizeBBox([170, 0, 180, 5])).toEqual([170, 0, 180, 5]);
    expect(splitBBox([170, 0, -170, 5])).toEqual([
      [170, 0, 180, 5],
      [-180, 0, -170, 5],
    ]);
  });

  it("knows what lies in a box, ±180 being one meridian", () => {
    expect(pointInBBox(175, 1, [170, 0, -170, 5])).toBe(true);
    expect(pointInBBox(-175, 1, [170, 0, -170, 5])).toBe(true);
    expect(pointInBBox(0, 1, [170, 0, -170, 5])).toBe(false);
    expect(pointInBBox(-180, 1, [170, 0, 180, 5])).toBe(true);
    expect(pointInBBox(175, 6, [170, 0, -170, 5])).toBe(false);
  });

  it("overlaps across the antimeridian", () => {
    expect(bboxesOverlap([170, 0, -170, 5], [-175, 1, -160, 2])).toBe(true);
    expect(bboxesOverlap([170, 0, -170, 5], [0, 1, 10, 2])).toBe(false);
    expect(bboxesOverlap([170, 0, 190, 5], [-175, 1, -160, 2])).toBe(true);
  });
});

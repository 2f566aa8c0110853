import { describe, expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "./cursor.ts";

describe("cursor", () => {
  it("comes back as it went, whatever the epoch holds", () => {
    for (const place of [
      { epoch: "a", seq: 0 },
      { epoch: "4f2d371b", seq: 1 },
      { epoch: "with.dots.in", seq: 123_456_789 },
      { epoch: "x", seq: Number.MAX_SAFE_INTEGER },
    ]) {
      expect(decodeCursor(encodeCursor(place))).toEqual(place);
    }
  });

  it("is refused when it is none", () => {
    for (const text of [
      "",
      "1",
      "1.",
      "1..",
      "1.a.",
      "1.a.-1",
      "1.a.A",
      "2.a.1",
      "1.a.zzzzzzzzzzzz",
      "x".repeat(300),
    ]) {
      expect(decodeCursor(text)).toBeUndefined();
    }
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byCodePoints } from "./code-points.ts";

describe("byCodePoints", () => {
  it("[WP2] orders texts as their UTF-8 bytes are ordered", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(fc.constantFrom("a", "\uFF5E", "\u{1F69A}", "\u{10000}", "\uE000"), { maxLength: 4 })
        .map((a) => a.join("")),
    );
    const agrees = fc.property(text, text, (a, b) => {
      expect(Math.sign(byCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    });
    fc.assert(agrees, { seed: 4, numRuns: 2_000 });
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKeyCursor, encodeKeyCursor } from "./key-cursor.ts";

describe("key cursors", () => {
  it("come back as the key, in characters that a URL takes as they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 128 }), (key) => {
        const cursor = encodeKeyCursor("devices", key);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeKeyCursor("devices", cursor)).toBe(key);
      }),
    );
  });

  it("are not read by another list", () => {
    expect(decodeKeyCursor("fences", encodeKeyCursor("devices", "a"))).toBeUndefined();
  });

  it("are not made up", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeKeyCursor("devices", text)).toBeUndefined();
      }),
    );
    expect(decodeKeyCursor("devices", "A".repeat(5000))).toBeUndefined();
    expect(decodeKeyCursor("devices", `${encodeKeyCursor("devices", "a")}A`)).toBeUndefined();
  });
});

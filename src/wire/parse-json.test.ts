import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "./parse-json.ts";

describe("parseJson", () => {
  it("[IP6] parses what JSON.parse parses, however it is spaced and whatever its strings hold", () => {
    const units = ['"', ":", "{", "}", "a", "\n", "é", "🚌"];
    const key = fc.string({ unit: fc.constantFrom(...units) });
    const text = fc.string({ unit: fc.constantFrom("\\", ...units) });
    const tree = fc.object({
      key,
      values: [text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()],
    });
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 1, 3), (tree, indent) => {
        const text = JSON.stringify(tree, undefined, indent);
        expect(parseJson(text)).toEqual({ value: JSON.parse(text) });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{"lat":1,"lat":2}', '"lat"'],
    ['[{"a":1},{"a":{"b:":1, "b:" : 2}}]', '"b:"'],
    [String.raw`{"a":"\\\":","lat":1,"l\u0061t":2}`, '"lat"'],
    ['{"__proto__":1,"__proto__":2}', '"__proto__"'],
  ])("[IP6] refuses %s, which has a key twice", (text, key) => {
    expect(parseJson(text)).toEqual({
      code: "duplicate_key",
      detail: `the key ${key} is given twice in one object`,
    });
  });

  it.each([String.raw`{"\\":1}`, String.raw`[{"a":"\\"},{"b\u005C" : 1}]`, String.raw`{"a":1,"\"\\": `])(
    "[IP6] refuses %s, which has a key with a backslash",
    (text) => {
      expect(parseJson(text)).toMatchObject({ code: "forbidden_key" });
    },
  );

  it("[IP6] reads keys that are written with escapes, and texts with backslashes", () => {
    const text = String.raw`{"\"":1,"\n":"\\","\u00e9":{"a":"\\\":"}}`;
    expect(parseJson(text)).toEqual({ value: { '"': 1, "\n": "\\", é: { a: '\\":' } } });
    expect(parseJson(String.raw`{"a":"\\`)).toMatchObject({ code: "invalid_json" });
  });

  it("[IB1] says where the text is no JSON", () => {
    const refusal = parseJson('{"lat":NaN}') as { code: string; detail: string };
    expect(refusal.code).toBe("invalid_json");
    expect(refusal.detail).toContain("NaN");
  });

  it("[IP8] stands a text that nests a million deep", () => {
    const text = `{"a":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`;
    expect(parseJson(text)).toHaveProperty("value");
  });
});

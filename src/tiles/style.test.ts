import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { basemapStyle, isStyleName } from "./style.ts";

describe("basemapStyle", () => {
  it.each(["light", "dark"] as const)("%s is valid by the style specification", (name) => {
    const style = basemapStyle(name, "http://localhost/tiles/basemap.json");
    expect(validateStyleMin(style as unknown as Parameters<typeof validateStyleMin>[0])).toEqual([]);
  });

  it("draws labels without a glyph server", () => {
    expect(basemapStyle("light", "x")).not.toHaveProperty("glyphs");
  });

  it("exists in two lights only", () => {
    expect(["light", "dark", "", "__proto__"].map(isStyleName)).toEqual([true, true, false, false]);
  });
});

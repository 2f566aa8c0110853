import { describe, expect, it } from "vitest";
import { describeArchive } from "./tilejson.ts";

describe("describeArchive", () => {
  it("puts the version into the address, so that tiles may be kept for ever", () => {
    const json = JSON.stringify({ vector_layers: [{ id: "land", fields: {} }] });
    const description = describeArchive(
      { version: "a/b", minzoom: "0", maxzoom: "6", json },
      "http://h/tiles/basemap",
    );
    expect(description.tiles).toEqual(["http://h/tiles/basemap/{z}/{x}/{y}.mvt?v=a%2Fb"]);
    expect(description.maxzoom).toBe(6);
    expect(description.vector_layers).toEqual([{ id: "land", fields: {} }]);
  });
});

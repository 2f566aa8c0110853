import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { addFigures } from "./figures.ts";

describe("figures", () => {
  it("become metrics that are read anew each time, groups with a label", async () => {
    const registry = new Registry();
    const figures = { liveFixes: 1, resets: { tooSlow: 2 } };
    addFigures(registry, "room", () => figures);
    figures.liveFixes = 7;
    const text = await registry.metrics();
    expect(text).toContain("whereabouts_room_live_fixes 7");
    expect(text).toContain('whereabouts_room_resets{kind="tooSlow"} 2');
  });
});

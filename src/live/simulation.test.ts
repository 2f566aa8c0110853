import { describe, expect, it } from "vitest";
import { Simulation } from "./testing/simulation.ts";

/** `SEEDS=1000 npx vitest run --project unit src/live/simulation.test.ts` looks longer; `FIRST_SEED` begins elsewhere. */
const seeds = Number(process.env["SEEDS"] ?? 30);
const first = Number(process.env["FIRST_SEED"] ?? 1);

describe("many clients, a network that fails and a server that restarts", () => {
  const counts = new Map<string, number>();

  it.each(Array.from({ length: seeds }, (_, i) => first + i))(
    "[LT1] [LT2] every map ends true, every event is heard once or the client is told reset, seed %i",
    async (seed) => {
      const simulation = new Simulation(seed);
      await simulation.run(400);
      expect(simulation.failures).toEqual([]);
      for (const [what, count] of simulation.counts) counts.set(what, (counts.get(what) ?? 0) + count);
    },
  );

  it.skipIf(seeds < 30)("[LT1] every kind of trouble has happened", ({ skip }) => {
    // Run alone, by its name, there is nothing to look at.
    if (counts.size === 0) skip();
    const kinds = [
      "moved",
      "device-deleted",
      "happened",
      "device-described",
      "fence-deleted",
      "crash",
      "restart",
    ];
    const resets = [
      "unknown_cursor",
      "other_feed",
      "cursor_ahead",
      "too_many_missed",
      "forgotten",
      "too_slow",
    ];
    const all = [...kinds, "ended", "resumed", ...resets.map((one) => `reset ${one}`), "reset unavailable"];
    const seldom = [...all, "crowds", "cut"].filter((what) => (counts.get(what) ?? 0) < 5);
    expect(seldom).toEqual([]);
    expect(counts.get("heard")).toBeGreaterThan(300 * seeds);
    expect(counts.get("shown")).toBeGreaterThan(20 * seeds);
  });
});

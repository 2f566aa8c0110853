import { describe, expect, it } from "vitest";
import { DryRuns } from "./dry-runs.ts";
import { makeFakes } from "./testing/fakes.ts";
import { eventOf, feed } from "./testing/things.ts";

const HOUR = 3_600_000;
const rule = { name: "r", enabled: true, events: ["enter"], targets: [] } as const;

describe("DryRuns", () => {
  it("refuses more events than it may look at, by their number", async () => {
    const fakes = makeFakes();
    const now = fakes.clock.now();
    feed(fakes, ...Array.from({ length: 11 }, (_, n) => eventOf(`e${n}`, now - HOUR + n)));
    const order = { workspace: "main", rule, from: now - HOUR, to: now };
    await expect(new DryRuns(fakes, 10).run(order)).rejects.toMatchObject({
      code: "invalid_parameter",
      message: expect.stringContaining("more than 10 events") as string,
    });
    await expect(new DryRuns(fakes, 11).run(order)).resolves.toMatchObject({ alerts: 11 });
  });

  it("runs two at once, refuses a third, and goes on when one has ended", async () => {
    const fakes = makeFakes();
    const gate = Promise.withResolvers<void>();
    const events: typeof fakes.events = {
      ...fakes.events,
      list: async (query) => {
        await gate.promise;
        return await fakes.events.list(query);
      },
    };
    const runs = new DryRuns({ ...fakes, events });
    const order = { workspace: "main", rule, from: 0, to: HOUR };
    const two = [runs.run(order), runs.run(order)];
    await expect(runs.run(order)).rejects.toMatchObject({ code: "overloaded" });
    gate.resolve();
    await Promise.all(two);
    await expect(runs.run(order)).resolves.toMatchObject({ alerts: 0 });
  });
});

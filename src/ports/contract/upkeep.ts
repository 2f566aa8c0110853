import { describe, expect, it } from "vitest";
import { commitOf, eventOf, fixesOf, fixOf, type OpenFixture, withStore } from "./fixture.ts";

/** What every `Upkeep` must keep. */
export function upkeepContract(name: string, open: OpenFixture): void {
  describe(`Upkeep: ${name}`, () => {
    it(
      "[UP1] figures count what was committed",
      withStore(open, async ({ ports: { results, upkeep } }) => {
        await results.commit(
          commitOf(1, { fixes: fixesOf([fixOf("a", 1), fixOf("b", 2)]), events: [eventOf("e", "a", 1)] }),
        );
        const figures = await upkeep.figures();
        expect(figures).toMatchObject({ fixes: 2, events: 1, devices: 2 });
        expect(figures.bytes).toBeGreaterThan(0);
      }),
    );

    it(
      "[UP2] a sound store has no problems",
      withStore(open, async ({ ports: { results, upkeep } }) => {
        await results.commit(commitOf(1, { fixes: fixesOf([fixOf("a", 1)]) }));
        expect(await upkeep.check()).toEqual([]);
      }),
    );

    it(
      "[UP3] forgetting removes what is older than the bound, wherever it lies, and says how many fixes that was",
      withStore(open, async (fixture) => {
        const times = Array.from({ length: 3000 }, (_, i) => i * 10);
        const { results } = fixture.ports;
        for (let i = 0; i < 3; i++) {
          const part = times.slice(i * 1000, i * 1000 + 1000);
          await results.commit(commitOf(i + 1, { fixes: fixesOf(part.map((time) => fixOf("bus", time))) }));
        }
        await results.commit(
          commitOf(4, { events: [eventOf("old", "bus", 9_994), eventOf("new", "bus", 9_995)] }),
        );
        const { upkeep, history, events } = await fixture.reopen();
        expect(await upkeep.forget(9_995)).toBe(1000);
        const kept = await history.range({ workspace: "main", device: "bus", from: 0, to: 1e6, limit: 9999 });
        expect(kept.map(({ time }) => time)).toEqual(times.filter((time) => time >= 9_995));
        const left = await events.list({ workspace: "main", limit: 9 });
        expect(left.events.map(({ event }) => event.id)).toEqual(["new"]);
        expect(left.end).toBe(2);
        expect((await upkeep.figures()).fixes).toBe(2000);
        expect(await upkeep.forget(9_995)).toBe(0);
        expect(await upkeep.check()).toEqual([]);
      }),
    );

    it(
      "[UP4] a backup never overwrites",
      withStore(open, async (fixture) => {
        const { upkeep } = fixture.ports;
        const path = fixture.freePath("copy");
        await upkeep.backup(path);
        await expect(upkeep.backup(path)).rejects.toThrow("exists");
      }),
    );
  });
}

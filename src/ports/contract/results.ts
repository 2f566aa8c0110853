import { describe, expect, it } from "vitest";
import {
  commitOf,
  eventOf,
  fenceOf,
  fixesOf,
  fixOf,
  type OpenFixture,
  recordOf,
  withStore,
} from "./fixture.ts";

/** What every `Results` must keep. */
export function resultsContract(name: string, open: OpenFixture): void {
  describe(`Results: ${name}`, () => {
    it(
      "[RE1] a fresh store starts at offset 0 with nothing",
      withStore(open, async ({ ports: { results } }) => {
        const { devices, ...rest } = await results.restore();
        expect({ ...rest, devices: [...devices] }).toEqual({
          offset: 0,
          seq: 0,
          fences: [],
          definitions: [],
          cooldowns: [],
          edited: [],
          devices: [],
        });
      }),
    );

    it(
      "[RE2] what was committed is restored exactly, with the newest state of each device",
      withStore(open, async (fixture) => {
        const full = fixOf("bus", 1000, { speed: 3.25, course: 0.1, attributes: { line: "7" }, late: true });
        const idle = { status: { workspace: "other", device: "bus", inside: [] }, engine: null };
        await fixture.ports.results.commit(commitOf(3, { devices: [recordOf(fixOf("bus", 1)), idle] }));
        await fixture.ports.results.commit(
          commitOf(7, { devices: [recordOf(full)], fences: [fenceOf("f1"), fenceOf("f2", 3)] }),
        );
        const { results } = await fixture.reopen();
        const { offset, fences, devices } = await results.restore();
        expect(offset).toBe(7);
        expect(fences).toEqual([fenceOf("f1"), fenceOf("f2", 3)]);
        expect([...devices]).toEqual([recordOf(full), idle]);
        expect([...devices]).toHaveLength(2);
      }),
    );

    it(
      "[RE3] events get ascending numbers; a repeated id keeps its number and is not stored again",
      withStore(open, async ({ ports: { results, events } }) => {
        const [a, b, c] = [eventOf("a", "bus", 1), eventOf("b", "bus", 2), eventOf("c", "bus", 3)];
        expect(await results.commit(commitOf(1, { events: [a, b] }))).toEqual([
          { seq: 1, repeated: false },
          { seq: 2, repeated: false },
        ]);
        expect(await results.commit(commitOf(2, { events: [{ ...b, lon: 9 }, c, c] }))).toEqual([
          { seq: 2, repeated: true },
          { seq: 3, repeated: false },
          { seq: 3, repeated: true },
        ]);
        const other = await results.commit(commitOf(3, { events: [{ ...a, workspace: "other" }] }));
        expect(other).toEqual([{ seq: 4, repeated: false }]);
        const page = await events.list({ workspace: "main", limit: 10 });
        expect(page.events.map(({ event }) => event)).toEqual([a, b, c]);
        expect((await results.restore()).seq).toBe(4);
      }),
    );

    it(
      "[RE4] a commit that fails leaves nothing of itself",
      withStore(open, async ({ ports: { results, history } }) => {
        await results.commit(commitOf(1, { fixes: fixesOf([fixOf("bus", 1)]) }));
        const broken = { ...eventOf("x", "bus", 2), time: undefined as unknown as number };
        await expect(
          results.commit(
            commitOf(2, {
              fixes: fixesOf([fixOf("bus", 2), fixOf("new", 2)]),
              devices: [recordOf(fixOf("new", 2))],
              events: [eventOf("y", "bus", 1), broken],
            }),
          ),
        ).rejects.toThrow(/./);
        const { offset, devices } = await results.restore();
        expect(offset).toBe(1);
        expect([...devices].map(({ status }) => status.device)).toEqual(["bus"]);
        const range = { workspace: "main", device: "bus", from: 0, to: 9, limit: 9 };
        expect(await history.range(range)).toEqual([fixOf("bus", 1)]);
        await results.commit(commitOf(2, { fixes: fixesOf([fixOf("new", 2)]) }));
        expect(await history.range({ ...range, device: "new" })).toEqual([fixOf("new", 2)]);
      }),
    );

    it(
      "[RE5] a deleted device goes with its history and events; deletions come before the rest of their commit",
      withStore(open, async ({ ports: { results, history, devices, events } }) => {
        await results.commit(
          commitOf(1, {
            fixes: fixesOf([fixOf("bus", 1), fixOf("tram", 1)]),
            devices: [recordOf(fixOf("bus", 1)), recordOf(fixOf("tram", 1))],
            events: [eventOf("a", "bus", 1), eventOf("b", "tram", 1)],
          }),
        );
        const deletedDevices = [
          { workspace: "main", device: "bus" },
          { workspace: "main", device: "never" },
        ];
        await results.commit(commitOf(2, { deletedDevices }));
        expect(await devices.get("main", "bus")).toBeUndefined();
        const range = { workspace: "main", device: "bus", from: 0, to: 9, limit: 9 };
        expect(await history.range(range)).toEqual([]);
        expect(await history.known("main", "bus", [1])).toEqual(new Set());
        const left = await events.list({ workspace: "main", limit: 9 });
        expect(left.events.map(({ event }) => event.id)).toEqual(["b"]);
        await results.commit(commitOf(3, { deletedDevices, fixes: fixesOf([fixOf("bus", 5)]) }));
        expect(await history.range(range)).toEqual([fixOf("bus", 5)]);
      }),
    );

    it(
      "[RE6] deleted fences are gone, edited ones are there once",
      withStore(open, async ({ ports: { results, fences } }) => {
        await results.commit(commitOf(1, { fences: [fenceOf("a"), fenceOf("b")] }));
        await results.commit(
          commitOf(2, { fences: [fenceOf("b", 2)], deletedFences: [{ workspace: "main", fence: "a" }] }),
        );
        expect(await fences.list("main", { limit: 9 })).toEqual([fenceOf("b", 2)]);
        const { fences: restored } = await results.restore();
        expect(restored).toEqual([fenceOf("b", 2)]);
      }),
    );

    it(
      "[RE7] durable answers the newest committed offset",
      withStore(open, async ({ ports: { results } }) => {
        expect(await results.durable()).toBe(0);
        await results.commit(commitOf(12));
        expect(await results.durable()).toBe(12);
      }),
    );
  });
}

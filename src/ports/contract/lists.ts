import { describe, expect, it } from "vitest";
import { commitOf, eventOf, fenceOf, fixOf, type OpenFixture, recordOf, withStore } from "./fixture.ts";
import type { EventQuery } from "#ports";

/** What every `Devices` must keep. */
export function devicesContract(name: string, open: OpenFixture): void {
  describe(`Devices: ${name}`, () => {
    it(
      "[DE1] a device is registered once, with its label and an empty status",
      withStore(open, async (fixture) => {
        const { devices } = fixture.ports;
        expect(await devices.register("main", "bus", { name: "Bus 7", icon: "bus" }, 123)).toBe(true);
        expect(await devices.register("main", "bus", { name: "Other" }, 456)).toBe(false);
        const status = { workspace: "main", device: "bus", inside: [] };
        const expected = { name: "Bus 7", icon: "bus", status, createdAt: 123 };
        expect(await devices.get("main", "bus")).toEqual(expected);
        expect(await devices.get("other", "bus")).toBeUndefined();
        expect(await (await fixture.reopen()).devices.get("main", "bus")).toEqual(expected);
        const { devices: restored } = await fixture.ports.results.restore();
        expect([...restored]).toEqual([{ status, engine: null }]);
      }),
    );

    it(
      "[DE2] a commit registers unknown devices and updates the status of all; labels stay",
      withStore(open, async ({ ports: { devices, results } }) => {
        await devices.register("main", "bus", { name: "Bus" }, 1);
        const records = [recordOf(fixOf("bus", 1000)), recordOf(fixOf("tram", 2000))];
        await results.commit(commitOf(1, { devices: records }));
        expect(await devices.get("main", "bus")).toEqual({
          name: "Bus",
          status: records[0]!.status,
          createdAt: 1,
        });
        expect(await devices.get("main", "tram")).toEqual({ status: records[1]!.status, createdAt: 2005 });
      }),
    );

    it(
      "[DE3] describing changes what is given; an empty text removes it",
      withStore(open, async ({ ports: { devices } }) => {
        expect(await devices.describe("main", "bus", { name: "x" })).toBe(false);
        await devices.register("main", "bus", { name: "a", icon: "b" }, 1);
        expect(await devices.describe("main", "bus", { name: "é" })).toBe(true);
        expect(await devices.labels("main")).toEqual(new Map([["bus", { name: "é", icon: "b" }]]));
        expect(await devices.describe("main", "bus", { icon: "" })).toBe(true);
        expect(await devices.labels("main")).toEqual(new Map([["bus", { name: "é" }]]));
        expect(await devices.labels("other")).toEqual(new Map());
      }),
    );

    it(
      "[DE4] lists ascend by id and go on after an id",
      withStore(open, async ({ ports: { devices } }) => {
        for (const id of ["c", "a", "d", "b"]) await devices.register("main", id, {}, 1);
        await devices.register("other", "z", {}, 1);
        const ids = async (page: { after?: string; limit: number }): Promise<string[]> =>
          (await devices.list("main", page)).map(({ status }) => status.device);
        expect(await ids({ limit: 3 })).toEqual(["a", "b", "c"]);
        expect(await ids({ after: "c", limit: 3 })).toEqual(["d"]);
      }),
    );
  });
}

/** What every `Fences` must keep. */
export function fencesContract(name: string, open: OpenFixture): void {
  describe(`Fences: ${name}`, () => {
    it(
      "[FN1] fences are listed by id and found singly, each as it was committed",
      withStore(open, async ({ ports: { fences, results } }) => {
        const stored = ["c", "a", "b"].map((id) => fenceOf(id));
        await results.commit(commitOf(1, { fences: [...stored, fenceOf("a", 1, "other")] }));
        const ids = async (page: { after?: string; limit: number }): Promise<string[]> =>
          (await fences.list("main", page)).map(({ id }) => id);
        expect(await ids({ limit: 2 })).toEqual(["a", "b"]);
        expect(await ids({ after: "b", limit: 2 })).toEqual(["c"]);
        expect(await fences.get("main", "a")).toEqual(fenceOf("a"));
        expect(await fences.get("other", "b")).toBeUndefined();
      }),
    );
  });
}

/** What every `Events` must keep. */
export function eventsContract(name: string, open: OpenFixture): void {
  describe(`Events: ${name}`, () => {
    it(
      "[EV1] every field of a query narrows, bounds included",
      withStore(open, async ({ ports: { events, results } }) => {
        const stored = [
          eventOf("a", "bus", 100, { reason: "first" }),
          eventOf("b", "bus", 50, { type: "exit", imported: true }),
          eventOf("c", "tram", 200, { fence: "f2", type: "cross", reason: "fence" }),
        ];
        await results.commit(
          commitOf(1, { events: [...stored, eventOf("d", "bus", 1, { workspace: "other" })] }),
        );
        const ids = async (query: Partial<EventQuery>): Promise<string[]> =>
          (await events.list({ workspace: "main", limit: 9, ...query })).events.map(({ event }) => event.id);
        const { events: all } = await events.list({ workspace: "main", limit: 9 });
        expect(all).toEqual(stored.map((event, i) => ({ seq: i + 1, event })));
        expect(await ids({ device: "bus" })).toEqual(["a", "b"]);
        expect(await ids({ fence: "f2" })).toEqual(["c"]);
        expect(await ids({ from: 100 })).toEqual(["a", "c"]);
        expect(await ids({ from: 50, to: 100 })).toEqual(["a", "b"]);
        expect(await ids({ types: ["exit", "cross"] })).toEqual(["b", "c"]);
        expect(await ids({ types: [] })).toEqual([]);
        expect(await ids({ after: 2 })).toEqual(["c"]);
        expect(await ids({ order: "newest" })).toEqual(["c", "b", "a"]);
        expect(await ids({ workspace: "nobody" })).toEqual([]);
      }),
    );

    it(
      "[EV2] pages join without gap or repetition; the end of the feed is behind what the query hides",
      withStore(open, async ({ ports: { events, results } }) => {
        expect(await events.list({ workspace: "main", limit: 9 })).toEqual({
          events: [],
          end: 0,
          more: false,
        });
        const stored = Array.from({ length: 7 }, (_, i) => eventOf(`e${i}`, i % 2 ? "bus" : "tram", i));
        await results.commit(commitOf(1, { events: stored }));
        const seen: string[] = [];
        let page = await events.list({ workspace: "main", limit: 3 });
        for (; page.more; page = await events.list({ workspace: "main", limit: 3, after: page.end })) {
          seen.push(...page.events.map(({ event }) => event.id));
        }
        seen.push(...page.events.map(({ event }) => event.id));
        expect(seen).toEqual(stored.map(({ id }) => id));
        const bus = await events.list({ workspace: "main", device: "bus", limit: 9 });
        expect({ end: bus.end, more: bus.more }).toEqual({ end: 7, more: false });
      }),
    );

    it(
      "[EV3] the feed keeps its name over a restart and has another one in another store",
      withStore(open, async (fixture) => {
        const { epoch } = fixture.ports.events;
        expect(epoch).toMatch(/./);
        expect((await fixture.reopen()).events.epoch).toBe(epoch);
        const other = await open();
        expect(other.ports.events.epoch).not.toBe(epoch);
        await other.dispose();
      }),
    );
  });
}

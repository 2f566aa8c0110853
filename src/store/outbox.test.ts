import { describe, expect, it } from "vitest";
import { alertOf, commitOf, eventOf, targetOf, withStore } from "#ports/contract";
import { openFixture } from "./testing/open-fixture.ts";

/** More than one step of the work that goes in steps. */
const MANY = 4_500;

describe("the outbox on SQLite", () => {
  it(
    "[OB1] a deleted device takes its sent alerts and dead letters with it; what waits is still sent",
    withStore(openFixture, async ({ ports: { results, targets, outbox } }) => {
      await targets.create(targetOf("a"));
      const events = ["sent", "dead", "queued", "other"].map((id, i) =>
        eventOf(id, id === "other" ? "tram" : "bus", i),
      );
      await results.commit(commitOf(1, { events, alerts: events.map((event) => alertOf(event, "a")) }));
      await outbox.record([
        { seq: 1, state: "sent", attempt: { at: 1, duration: 1 } },
        { seq: 2, state: "dead", attempt: { at: 1, duration: 1, error: "no" } },
        { seq: 4, state: "sent", attempt: { at: 1, duration: 1 } },
      ]);
      await results.commit(commitOf(2, { deletedDevices: [{ workspace: "main", device: "bus" }] }));
      const left = await outbox.list({ workspace: "main", limit: 9 });
      expect(left.map(({ alert }) => alert.event.id)).toEqual(["queued", "other"]);
      const figures = { created: 4, queued: 1, dead: 0, dropped: 0 };
      expect((await outbox.figures()).targets).toMatchObject([figures]);
    }),
  );

  it(
    "[OB2] retention forgets sent alerts and dead letters older than its bound, never what waits",
    withStore(openFixture, async ({ ports: { results, targets, outbox, upkeep } }) => {
      await targets.create(targetOf("a"));
      const events = [1, 2, 3, 4].map((i) => eventOf(`${i}`, "bus", i * 1_000));
      await results.commit(commitOf(1, { events, alerts: events.map((event) => alertOf(event, "a")) }));
      await outbox.record([
        { seq: 1, state: "sent", attempt: { at: 1, duration: 1 } },
        { seq: 2, state: "dead", error: "no" },
        { seq: 4, state: "dead", error: "no" },
      ]);
      await upkeep.forget(4_500);
      expect((await outbox.list({ workspace: "main", limit: 9 })).map(({ seq }) => seq)).toEqual([3, 4]);
      expect((await outbox.figures()).targets).toMatchObject([{ queued: 1, dead: 1, dropped: 0 }]);
    }),
  );

  it(
    "[OB3] deleting a target, re-driving and forgetting end after any number of alerts, with nothing dropped",
    withStore(openFixture, async ({ ports: { results, targets, outbox } }) => {
      await targets.create(targetOf("a"));
      await targets.create(targetOf("b"));
      const events = Array.from({ length: MANY }, (_, i) => eventOf(`${i}`, `bus-${i % 7}`, i));
      for (const [i, target] of ["a", "b"].entries()) {
        await results.commit(commitOf(i + 1, { alerts: events.map((event) => alertOf(event, target)) }));
      }
      await targets.delete("main", "a", 5);
      await outbox.record(events.map((_, i) => ({ seq: MANY + 1 + i, state: "dead", error: "no" })));
      expect(await outbox.redrive({ workspace: "main", target: "b", at: 9 })).toBe(MANY);
      await outbox.record(
        events.map((_, i) => ({ seq: MANY + 1 + i, state: "sent", attempt: { at: 9, duration: 1 } })),
      );
      expect(await outbox.forget(Number.MAX_SAFE_INTEGER)).toBe(MANY);
      const counts = { created: MANY, queued: 0, dropped: 0 };
      expect((await outbox.figures()).targets).toMatchObject([
        { ...counts, sent: 0, dead: MANY },
        { ...counts, sent: MANY, dead: 0 },
      ]);
      const page = { of: { workspace: "main", target: "b" }, after: 0, limit: 9 };
      expect(await outbox.queued(page)).toEqual({ alerts: [], end: 2 * MANY });
    }),
  );
});

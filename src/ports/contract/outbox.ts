import { describe, expect, it } from "vitest";
import type { Outbox, QueuedAlert, Results, Targets } from "#ports";
import { alertId, type Event } from "#wire";
import { alertOf, commitOf, eventOf, targetOf, withStore } from "./fixture.ts";

/** The ports that an outbox consists of. */
interface OutboxPorts {
  readonly results: Pick<Results, "commit">;
  readonly targets: Targets;
  readonly outbox: Outbox;
}

/** An outbox under test, on data of its own. */
export interface OutboxFixture {
  readonly ports: OutboxPorts;
  reopen(): Promise<OutboxPorts>;
  dispose(): Promise<void>;
}

/** Opens an outbox on fresh data. */
export type OpenOutbox = () => Promise<OutboxFixture>;

const all = { after: 0, limit: 99 };
const idsOf = (alerts: readonly QueuedAlert[]): string[] => alerts.map(({ alert }) => alert.event.id);
const failure = (
  at: number,
  error = "answered 500",
): { at: number; duration: number; status: number; error: string } => ({
  at,
  duration: 7,
  status: 500,
  error,
});

/** Commits an alert of each event for each target, in this order. */
async function raise(
  { results, targets }: OutboxPorts,
  events: readonly Event[],
  names: readonly string[],
  offset = 1,
): Promise<void> {
  for (const id of await targets.unknown("main", names)) await targets.create(targetOf(id));
  const alerts = events.flatMap((event) => names.map((target) => alertOf(event, target)));
  await results.commit(commitOf(offset, { alerts }));
}

/** What every `Outbox` must keep. */
export function outboxContract(name: string, open: OpenOutbox): void {
  describe(`Outbox: ${name}`, () => {
    getsIn(open);
    isRead(open);
    isRecorded(open);
    isLookedAt(open);
  });
}

function getsIn(open: OpenOutbox): void {
  it(
    "[OU2] an alert is queued by its commit, exactly as it was raised, and is there after a restart",
    withStore(open, async (fixture) => {
      const { ports } = fixture;
      await ports.targets.create(targetOf("a"));
      const event = eventOf("e", "bus", 100, { late: true, reason: "first" });
      const alert = alertOf(event, "a", { rules: ["r1", "r2"], text: "Bus 7 is “here”" });
      await ports.results.commit(commitOf(1, { alerts: [alert] }));
      const queued = [{ seq: 1, alert, lane: "bus", attempts: 0, dueAt: 0 }];
      expect(await ports.outbox.queued(all)).toEqual({ alerts: queued, end: 1 });
      expect(await (await fixture.reopen()).outbox.queued(all)).toEqual({ alerts: queued, end: 1 });
    }),
  );

  it(
    "[OU3] an alert that is stored is not stored again, and its state stays",
    withStore(open, async ({ ports }) => {
      const event = eventOf("e", "bus", 100);
      await raise(ports, [event], ["a"]);
      await ports.outbox.record([{ seq: 1, state: "sent", attempt: { at: 5, duration: 1 } }]);
      await raise(ports, [event, event], ["a"], 2);
      expect((await ports.outbox.queued(all)).alerts).toEqual([]);
      expect((await ports.outbox.figures()).targets).toMatchObject([{ created: 1, sent: 1, dropped: 0 }]);
    }),
  );

  it(
    "[OU4] a withdrawal follows to every target that has an alert of the event, once, with its rules",
    withStore(open, async ({ ports }) => {
      const told = eventOf("told", "bus", 100);
      await raise(ports, [told], ["a", "b"]);
      await ports.targets.create(targetOf("c"));
      await ports.outbox.record([{ seq: 1, state: "sent", attempt: { at: 5, duration: 1 } }]);
      const event = eventOf("gone", "bus", 100, { type: "withdrawn", withdraws: "told" });
      const followUps = [{ event, at: 700 }];
      await ports.results.commit(commitOf(2, { followUps }));
      await ports.results.commit(commitOf(3, { followUps }));
      const { alerts } = await ports.outbox.queued({ after: 2, limit: 9 });
      expect(alerts.map(({ alert }) => alert)).toEqual(
        ["a", "b"].map((target) => alertOf(event, target, { id: alertId("gone", target), at: 700 })),
      );
    }),
  );

  it(
    "[OU4] a withdrawal follows alerts of its own commit too",
    withStore(open, async ({ ports }) => {
      await ports.targets.create(targetOf("a"));
      const event = eventOf("gone", "bus", 100, { type: "withdrawn", withdraws: "told" });
      const alerts = [alertOf(eventOf("told", "bus", 100), "a")];
      await ports.results.commit(commitOf(1, { alerts, followUps: [{ event, at: 700 }] }));
      expect(idsOf((await ports.outbox.queued(all)).alerts)).toEqual(["told", "gone"]);
    }),
  );

  it(
    "[OU5] the lane of a pair is its lower id, whichever is named first",
    withStore(open, async ({ ports }) => {
      const events = [
        eventOf("1", "tram", 1, { type: "proximity", other: "bus" }),
        eventOf("2", "bus", 2, { type: "apart", other: "tram" }),
      ];
      await raise(ports, events, ["a"]);
      expect((await ports.outbox.queued(all)).alerts.map(({ lane }) => lane)).toEqual(["bus", "bus"]);
    }),
  );

  it(
    "[OU2] a commit that fails queues nothing",
    withStore(open, async ({ ports }) => {
      await ports.targets.create(targetOf("a"));
      const alerts = [alertOf(eventOf("e", "bus", 1), "a")];
      const broken = { ...eventOf("x", "bus", 2), time: undefined as unknown as number };
      const commit = commitOf(1, {
        alerts: [...alerts, alertOf(broken, "a", { at: undefined as unknown as number })],
      });
      await expect(ports.results.commit(commit)).rejects.toThrow(/./);
      expect((await ports.outbox.queued(all)).alerts).toEqual([]);
      expect((await ports.outbox.figures()).targets).toEqual([]);
    }),
  );
}

function isRead(open: OpenOutbox): void {
  it(
    "[OU6] pages join without gap or repetition, of all targets, of one, and of a lane",
    withStore(open, async ({ ports }) => {
      const events = Array.from({ length: 7 }, (_, i) => eventOf(`${i}`, i % 2 === 0 ? "bus" : "tram", i));
      await raise(ports, events, ["a", "b"]);
      const ends: number[] = [];
      const read = async (of?: { lane?: string }): Promise<string[]> => {
        const seen: string[] = [];
        for (let after = 0; ;) {
          const narrowed = of && { of: { workspace: "main", target: "b", ...of } };
          const page = await ports.outbox.queued({ ...narrowed, after, limit: 3 });
          seen.push(...idsOf(page.alerts));
          if (page.alerts.length < 3) {
            ends.push(page.end);
            return seen;
          }
          after = page.end;
        }
      };
      const ids = events.map(({ id }) => id);
      expect(await read()).toEqual(ids.flatMap((id) => [id, id]));
      expect(await read({})).toEqual(ids);
      expect(await read({ lane: "tram" })).toEqual(["1", "3", "5"]);
      expect(ends).toEqual([14, 14, 14]);
      const nobody = { workspace: "nobody", target: "a" };
      expect(await ports.outbox.queued({ of: nobody, ...all })).toMatchObject({ alerts: [] });
    }),
  );
}

function isRecorded(open: OpenOutbox): void {
  it(
    "[OU7] an attempt that failed leaves the alert queued, with when it is due and from when its days count",
    withStore(open, async (fixture) => {
      await raise(fixture.ports, [eventOf("e", "bus", 1)], ["a"]);
      const retry = (at: number): Promise<void> =>
        fixture.ports.outbox.record([{ seq: 1, state: "queued", dueAt: at + 50, attempt: failure(at) }]);
      await retry(1_000);
      await retry(2_000);
      const { outbox } = await fixture.reopen();
      const { alerts } = await outbox.queued(all);
      expect(alerts).toMatchObject([{ attempts: 2, dueAt: 2_050, firstAt: 1_000, lastAt: 2_000 }]);
      const [record] = await outbox.list({ workspace: "main", limit: 9 });
      expect(record).toMatchObject({
        state: "queued",
        attempts: 2,
        dueAt: 2_050,
        lastAt: 2_000,
        lastStatus: 500,
        lastError: "answered 500",
        tries: [failure(2_000), failure(1_000)],
      });
    }),
  );

  it(
    "[OU8] sent holds whatever the state was; a retry or a dead letter only for what is queued",
    withStore(open, async ({ ports: { outbox, ...ports } }) => {
      await raise(
        { outbox, ...ports },
        [1, 2, 3].map((i) => eventOf(`${i}`, "bus", i)),
        ["a"],
      );
      await outbox.record([
        { seq: 1, state: "sent", attempt: { at: 5, duration: 1, status: 204 } },
        { seq: 2, state: "dead", error: "given up" },
      ]);
      await outbox.record([
        { seq: 1, state: "queued", dueAt: 9, attempt: failure(6) },
        { seq: 1, state: "dead", error: "late" },
        { seq: 2, state: "sent", attempt: { at: 7, duration: 1 } },
        { seq: 99, state: "sent", attempt: { at: 7, duration: 1 } },
      ]);
      const listed = await outbox.list({ workspace: "main", limit: 9 });
      expect(listed.map(({ state }) => state)).toEqual(["sent", "sent", "queued"]);
      expect(listed[1]).not.toHaveProperty("lastError");
      const figures = { created: 3, queued: 1, sent: 2, failed: 1, dead: 0, dropped: 0 };
      expect((await outbox.figures()).targets).toMatchObject([figures]);
    }),
  );

  it(
    "[OU9] of one alert the newest hundred attempts are kept",
    withStore(open, async ({ ports }) => {
      await raise(ports, [eventOf("e", "bus", 1)], ["a"]);
      for (let part = 0; part < 3; part++) {
        await ports.outbox.record(
          Array.from({ length: 50 }, (_, i) => ({
            seq: 1,
            state: "queued" as const,
            dueAt: 0,
            attempt: failure(part * 50 + i),
          })),
        );
      }
      const [record] = await ports.outbox.list({ workspace: "main", limit: 1 });
      expect(record?.tries[0]?.at).toBe(149);
      expect(record?.attempts).toBe(150);
      expect((await ports.outbox.figures()).targets).toMatchObject([{ failed: 150, failingSince: 0 }]);
    }),
  );

  it(
    "[OU10] re-driving puts back dead letters, one alert, or everything since a time, in their old order and due at once",
    withStore(open, async ({ ports: { outbox, ...ports } }) => {
      const events = [1, 2, 3, 4].map((i) => eventOf(`${i}`, "bus", i * 1_000));
      await raise({ outbox, ...ports }, events, ["a", "b"]);
      const finish = async (): Promise<void> => {
        const { alerts } = await outbox.queued({ of: { workspace: "main", target: "a" }, ...all });
        await outbox.record(
          alerts.map(({ seq, alert }) =>
            alert.event.id === "2"
              ? { seq, state: "dead", attempt: failure(9) }
              : { seq, state: "sent", attempt: { at: 9, duration: 1 } },
          ),
        );
      };
      const redriven = async (more: object): Promise<string[]> => {
        await finish();
        const order = { workspace: "main", target: "a", at: 500, ...more };
        const count = await outbox.redrive(order);
        const { alerts } = await outbox.queued({ of: { workspace: "main", target: "a" }, ...all });
        for (const alert of alerts) expect(alert).toMatchObject({ attempts: 0, dueAt: 0, firstAt: 500 });
        expect(alerts).toHaveLength(count);
        return idsOf(alerts);
      };
      expect(await redriven({})).toEqual(["2"]);
      expect(await redriven({ event: "1" })).toEqual(["1"]);
      expect(await redriven({ since: events[2]!.detectedAt })).toEqual(["3", "4"]);
      expect(await redriven({ since: 0 })).toEqual(["1", "2", "3", "4"]);
      await finish();
      const [a, b] = (await outbox.figures()).targets;
      expect(a).toMatchObject({ target: "a", created: 4, queued: 0, dead: 1, dropped: 0 });
      expect(b).toMatchObject({ target: "b", created: 4, queued: 4, sent: 0, dropped: 0 });
      const unknown = { workspace: "main", target: "zzz", at: 1 };
      await expect(outbox.redrive(unknown)).rejects.toMatchObject({ code: "unknown_target" });
    }),
  );

  it(
    "[OU11] forgetting takes what was sent before a time, with its attempts, and nothing else",
    withStore(open, async ({ ports: { outbox, ...ports } }) => {
      await raise(
        { outbox, ...ports },
        [1, 2, 3, 4].map((i) => eventOf(`${i}`, "bus", i * 1_000)),
        ["a"],
      );
      await outbox.record([
        { seq: 1, state: "sent", attempt: { at: 5, duration: 1 } },
        { seq: 2, state: "dead", attempt: failure(5) },
        { seq: 4, state: "sent", attempt: { at: 5, duration: 1 } },
      ]);
      expect(await outbox.forget(4_500)).toBe(1);
      const left = await outbox.list({ workspace: "main", limit: 9 });
      expect(left.map(({ seq, state }) => [seq, state])).toEqual([
        [2, "dead"],
        [3, "queued"],
        [4, "sent"],
      ]);
      const figures = { created: 4, queued: 1, sent: 2, dead: 1, dropped: 0 };
      expect((await outbox.figures()).targets).toMatchObject([figures]);
    }),
  );
}

function isLookedAt(open: OpenOutbox): void {
  it(
    "[OU12] every field of a query narrows; pages join in both orders",
    withStore(open, async ({ ports: { outbox, ...ports } }) => {
      await raise(
        { outbox, ...ports },
        [1, 2, 3].map((i) => eventOf(`${i}`, "bus", i)),
        ["a", "b"],
      );
      await outbox.record([
        { seq: 1, state: "dead", error: "no" },
        { seq: 4, state: "dead", error: "no" },
        { seq: 5, state: "sent", attempt: { at: 1, duration: 1 } },
      ]);
      const seqs = async (query: object): Promise<number[]> =>
        (await outbox.list({ workspace: "main", limit: 9, ...query })).map(({ seq }) => seq);
      expect(await seqs({})).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await seqs({ target: "a" })).toEqual([1, 3, 5]);
      expect(await seqs({ state: "dead" })).toEqual([1, 4]);
      expect(await seqs({ state: "dead", target: "b" })).toEqual([4]);
      expect(await seqs({ state: "sent" })).toEqual([5]);
      expect(await seqs({ state: "queued", target: "b" })).toEqual([2, 6]);
      expect(await seqs({ event: "2" })).toEqual([3, 4]);
      expect(await seqs({ after: 4 })).toEqual([5, 6]);
      expect(await seqs({ order: "newest", limit: 2 })).toEqual([6, 5]);
      expect(await seqs({ order: "newest", after: 5, limit: 2 })).toEqual([4, 3]);
      expect(await seqs({ workspace: "nobody" })).toEqual([]);
    }),
  );

  it(
    "[OU13] figures tell targets apart, know the oldest that waits, and since when a target fails",
    withStore(open, async ({ ports: { outbox, ...ports } }) => {
      expect(await outbox.figures()).toEqual({ end: 0, targets: [] });
      await raise(
        { outbox, ...ports },
        [1, 2].map((i) => eventOf(`${i}`, "bus", i)),
        ["a", "b"],
      );
      const retry = (at: number): Promise<void> =>
        outbox.record([{ seq: 1, state: "queued", dueAt: 9e3, attempt: failure(at) }]);
      await retry(5_000);
      await retry(6_000);
      await outbox.record([{ seq: 2, state: "sent", attempt: { at: 5_000, duration: 1 } }]);
      const counts = { workspace: "main", created: 2, dead: 0, dropped: 0 };
      expect(await outbox.figures()).toEqual({
        end: 4,
        targets: [
          { ...counts, target: "a", queued: 2, sent: 0, failed: 2, oldestAt: 901, failingSince: 5_000 },
          { ...counts, target: "b", queued: 1, sent: 1, failed: 0, oldestAt: 902 },
        ],
      });
      await outbox.record([{ seq: 1, state: "sent", attempt: { at: 7_000, duration: 1 } }]);
      expect((await outbox.figures()).targets[0]).not.toHaveProperty("failingSince");
      await outbox.record([
        { seq: 3, state: "queued", dueAt: 9e3, attempt: failure(8_000) },
        { seq: 1, state: "sent", attempt: { at: 8_500, duration: 1 } },
        { seq: 3, state: "queued", dueAt: 9e3, attempt: failure(9_000) },
        { seq: 3, state: "queued", dueAt: 9e3, attempt: failure(9_500) },
      ]);
      expect((await outbox.figures()).targets[0]).toMatchObject({ failed: 5, failingSince: 9_000 });
    }),
  );
}

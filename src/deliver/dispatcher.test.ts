import { describe, expect, it } from "vitest";
import { alertOf } from "#ports/contract";
import type { Target } from "#wire";
import { failed, keyOf, START, StrictStage as Stage } from "./testing/stage.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("delivery", () => {
  it("[DL1] sends what was committed at once, once, under the id of the alert, and records it", async () => {
    const stage = new Stage();
    await stage.target("a");
    const ids = await stage.raise("a", ["bus", "tram"]);
    await stage.clock.settle();
    expect(stage.network.took.map(({ id }) => id)).toEqual(ids);
    await stage.clock.pass(HOUR);
    expect(stage.network.began).toHaveLength(2);
    expect(await stage.records("a")).toMatchObject([
      { state: "sent", lastStatus: 200, attempts: 0, tries: [{ at: START, status: 200 }] },
      { state: "sent" },
    ]);
  });

  it("[DL1] finds what it was not told of, and what waited before it began", async () => {
    const stage = new Stage({ look: 30_000 });
    await stage.target("a");
    await stage.clock.settle();
    const alerts = [alertOf(stage.event("e", "bus"), "a")];
    await stage.outbox.commit({ alerts, followUps: [] });
    await stage.clock.pass(stage.settings.look);
    expect(stage.network.took).toHaveLength(1);
    stage.network.answer = () => failed;
    await stage.raise("a", ["bus"]);
    await stage.clock.pass(2_000);
    stage.network.answer = () => ({});
    stage.restart();
    await stage.clock.pass(HOUR);
    expect(stage.network.took).toHaveLength(2);
  });

  it("[DL2] sends the alerts of a device in their order: the next one when the one ahead was taken", async () => {
    const stage = new Stage();
    await stage.target("a");
    let failures = 3;
    stage.network.answer = () => (failures-- > 0 ? { ...failed, delay: 50 } : { delay: 50 });
    const ids = await stage.raise("a", ["bus", "bus", "bus"]);
    await stage.clock.pass(30_000);
    expect(stage.network.began.map(({ id }) => id)).toEqual([ids[0], ids[0], ids[0], ids[0], ids[1], ids[2]]);
    expect(stage.network.most.get("a")).toBe(1);
  });

  it("[DL2] goes on behind a dead letter", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = (...[, { event }]) =>
      event?.id.endsWith("-0") ? { error: "too long", never: "message" } : {};
    const ids = await stage.raise("a", ["bus", "bus"]);
    await stage.clock.pass(100);
    expect(stage.network.began.map(({ id }) => id)).toEqual(ids);
    expect(await stage.records("a")).toMatchObject([
      { state: "dead", lastError: "too long" },
      { state: "sent" },
    ]);
  });

  it("[DL3] lets no device wait for another one whose alerts fail", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = (_, { event }) => (event?.device === "poison" ? failed : {});
    const many = Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? "poison" : `bus-${i}`));
    await stage.raise("a", many);
    await stage.clock.settle();
    expect(stage.network.took).toHaveLength(300);
    expect(stage.network.began.filter(({ device }) => device === "poison")).toHaveLength(1);
  });

  it("[DL3] lets no target wait for one that hangs or fails", async () => {
    const stage = new Stage();
    for (const id of ["good", "hangs", "fails"]) await stage.target(id);
    stage.network.answer = ({ id }) => (id === "hangs" ? "never" : id === "fails" ? failed : {});
    const devices = Array.from({ length: 500 }, (_, i) => `bus-${i}`);
    for (const id of ["hangs", "fails", "good"]) await stage.raise(id, devices, id);
    await stage.clock.settle();
    expect(await stage.states("good")).toEqual({ queued: 500 });
    expect(stage.network.took.filter(({ target }) => target === "good")).toHaveLength(500);
    await stage.clock.pass(stage.settings.recordEvery);
    expect(await stage.states("good")).toEqual({ sent: 500 });
    expect(await stage.states("hangs")).toEqual({ queued: 500 });
  });

  it("[DL4] has no more messages under way to one target than it may", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => ({ delay: 10 });
    await stage.raise(
      "a",
      Array.from({ length: 100 }, (_, i) => `bus-${i}`),
    );
    await stage.clock.pass(1_000);
    expect(stage.network.most.get("a")).toBe(16);
    expect(stage.network.took).toHaveLength(100);
  });

  it("[DL4] has two mails under way to one target, since all go through one server", async () => {
    const stage = new Stage();
    await stage.target("a", { kind: "email", to: ["ada@example.org"] } as Partial<Target>);
    stage.network.answer = () => ({ delay: 10 });
    await stage.raise(
      "a",
      Array.from({ length: 20 }, (_, i) => `bus-${i}`),
    );
    await stage.clock.pass(1_000);
    expect(stage.network.most.get("a")).toBe(2);
    expect(stage.network.took).toHaveLength(20);
  });

  it("[DL5] tries again within a second, then after twice the time each, at most an hour apart", async () => {
    const stage = new Stage({}, () => 0.999);
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise("a", ["bus"]);
    await stage.clock.pass(2 * DAY);
    const times = stage.network.began.map(({ at }) => at - START);
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(gaps[0]).toBeLessThanOrEqual(1_000);
    for (const [i, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThan(Math.min(HOUR, 1_000 * 2 ** i) * 0.99);
      expect(gap).toBeLessThanOrEqual(Math.min(HOUR, 1_000 * 2 ** i));
    }
    expect(new Set(stage.network.began.map(({ id }) => id)).size).toBe(1);
  });

  it("[DL5] waits as long as the target asks for, but not longer than an hour", async () => {
    const stage = new Stage();
    await stage.target("a");
    const waits = [90_000, 100 * HOUR];
    stage.network.answer = () => ({ ...failed, retryAfter: waits.shift() ?? 0 });
    await stage.raise("a", ["bus"]);
    await stage.clock.pass(89_999);
    expect(stage.network.began).toHaveLength(1);
    await stage.clock.pass(1);
    expect(stage.network.began).toHaveLength(2);
    await stage.clock.pass(HOUR);
    expect(stage.network.began).toHaveLength(3);
  });

  it("[DL6] makes a dead letter of it after three days, also over restarts, and not before", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise("a", ["bus", "bus", "tram"]);
    for (let day = 0; day < 3; day++) {
      expect(await stage.states("a")).toEqual({ queued: 3 });
      await stage.clock.pass(DAY - 1);
      stage.restart();
    }
    await stage.clock.pass(2 * HOUR);
    expect(await stage.states("a")).toEqual({ dead: 3 });
    expect(await stage.records("a")).toMatchObject([
      { lastError: "answered 500" },
      { lastError: "the target failed for too long" },
      {},
    ]);
  });

  it("[DL6] gives a fresh alert its own days behind a target that has failed for long", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise("a", ["bus"]);
    await stage.clock.pass(2 * DAY);
    await stage.raise("a", ["bus", "tram"], "later");
    await stage.clock.pass(2 * DAY);
    expect(await stage.states("a")).toEqual({ dead: 1, queued: 2 });
    await stage.clock.pass(DAY + 2 * HOUR);
    // The one behind the first was tried from the third day on.
    expect(await stage.states("a")).toEqual({ dead: 2, queued: 1 });
    await stage.clock.pass(DAY);
    expect(await stage.states("a")).toEqual({ dead: 3 });
  });

  it("[DL6] sends what waited while the server was off for a week, although its first attempt fails", async () => {
    const stage = new Stage();
    await stage.target("a");
    await stage.clock.settle();
    await stage.dispatcher.close();
    await stage.raise("a", ["bus", "tram"]);
    await stage.clock.pass(7 * DAY);
    stage.network.answer = () => (stage.network.began.length <= 2 ? failed : {});
    stage.restart();
    await stage.clock.pass(5_000);
    expect(await stage.states("a")).toEqual({ sent: 2 });
  });
});

describe("what was sent", () => {
  it("[DL19] is forgotten after thirty days; what waits or is dead is not", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = (...[, { event }]) =>
      event?.device === "bus" ? {} : { error: "no", never: "message" };
    await stage.raise("a", ["bus", "tram"]);
    await stage.clock.pass(30 * DAY);
    expect(await stage.states("a")).toEqual({ sent: 1, dead: 1 });
    await stage.clock.pass(2 * HOUR);
    expect(await stage.states("a")).toEqual({ dead: 1 });
  });
});

describe("re-driving", () => {
  it("[DL11] sends dead letters and earlier alerts again under their ids, in their order", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => ({ error: "no", never: "message" });
    const ids = await stage.raise("a", ["bus", "tram", "bus"]);
    await stage.clock.pass(100);
    expect(await stage.states("a")).toEqual({ dead: 3 });
    stage.network.answer = () => ({});
    stage.network.began.length = 0;
    await stage.outbox.redrive({ ...keyOf("a"), at: stage.clock.now() });
    stage.dispatcher.rescan(keyOf("a"));
    await stage.clock.pass(100);
    expect(stage.network.began.map(({ id }) => id)).toEqual(ids);
    await stage.outbox.redrive({ ...keyOf("a"), since: 0, at: stage.clock.now() });
    stage.dispatcher.rescan(keyOf("a"));
    await stage.clock.pass(100);
    expect(stage.network.began.map(({ id }) => id)).toEqual([...ids, ...ids]);
    expect(await stage.states("a")).toEqual({ sent: 3 });
  });

  it("[DL11] tries at once what waits for a retry", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => failed;
    const [id] = await stage.raise("a", ["bus"]);
    await stage.clock.pass(HOUR);
    const before = stage.network.began.length;
    await stage.outbox.redrive({ ...keyOf("a"), since: 0, at: stage.clock.now() });
    stage.dispatcher.rescan(keyOf("a"));
    await stage.clock.settle();
    expect(stage.network.began.slice(before).map((seen) => seen.id)).toEqual([id]);
  });
});

describe("a deleted target", () => {
  it("[DL1] that was deleted half-way leaves no alert behind that waits for ever", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise(
      "a",
      Array.from({ length: 400 }, (_, i) => `bus-${i}`),
    );
    stage.disk.targets.clear();
    stage.restart();
    await stage.clock.pass(1_000);
    expect(await stage.states("a")).toEqual({ dead: 400 });
    const errors = (await stage.records("a")).map(({ lastError }) => lastError);
    expect(new Set(errors)).toEqual(new Set(["target deleted"]));
  });
});

describe("closing", () => {
  it("[DL13] waits for what is under way, records it, and sends nothing more", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => ({ delay: 1_000 });
    await stage.raise(
      "a",
      Array.from({ length: 40 }, (_, i) => `bus-${i}`),
    );
    await stage.clock.pass(500);
    let closed = false;
    void stage.dispatcher.close().then(() => (closed = true));
    await stage.clock.pass(600);
    expect(closed).toBe(true);
    expect(await stage.states("a")).toEqual({ sent: 16, queued: 24 });
    await stage.clock.pass(HOUR);
    expect(stage.network.began).toHaveLength(16);
    expect(stage.network.closed).toBe(4);
    expect(stage.clock.waiting).toBe(0);
  });

  it("[DL13] abandons what takes too long; that is sent again later, under the same id", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => "never";
    const ids = await stage.raise("a", ["bus"]);
    await stage.clock.pass(5_500);
    let closed = false;
    void stage.dispatcher.close().then(() => (closed = true));
    await stage.clock.pass(4_000);
    expect(closed).toBe(false);
    await stage.clock.pass(1_000);
    expect(closed).toBe(true);
    expect(await stage.records("a")).toMatchObject([{ state: "queued", attempts: 1 }]);
    stage.network.answer = () => ({});
    stage.restart();
    await stage.clock.pass(2_000);
    expect(stage.network.took.map(({ id }) => id)).toEqual(ids);
  });

  it("[DL13] ends although the store does not answer", async () => {
    const stage = new Stage();
    await stage.target("a");
    await stage.raise("a", ["bus"]);
    await stage.clock.settle();
    stage.outbox.crash();
    let closed = false;
    void stage.dispatcher.close().then(() => (closed = true));
    await stage.clock.pass(10_000);
    expect(closed).toBe(true);
    expect(stage.complaints).toHaveLength(1);
    expect(stage.clock.waiting).toBe(0);
  });
});

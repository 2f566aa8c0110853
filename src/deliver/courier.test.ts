import { describe, expect, it } from "vitest";
import { failed, keyOf, StrictStage as Stage } from "./testing/stage.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("a target that has failed for days", () => {
  it("[DL6] gets what is re-driven for three days more", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise("a", ["bus", "bus", "tram"]);
    await stage.clock.pass(4 * DAY);
    expect(await stage.states("a")).toEqual({ dead: 3 });
    await stage.outbox.redrive({ ...keyOf("a"), at: stage.clock.now() });
    stage.dispatcher.rescan(keyOf("a"));
    await stage.clock.pass(3 * DAY - 1_000);
    expect(await stage.states("a")).toEqual({ queued: 3 });
    await stage.clock.pass(2 * HOUR);
    expect(await stage.states("a")).toEqual({ dead: 3 });
  });

  it("[DL6] gets one more try before anything is given up, when the server was off meanwhile", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise("a", ["bus", "bus", "tram"]);
    await stage.clock.pass(HOUR);
    const closed = stage.dispatcher.close();
    await stage.clock.pass(7 * DAY);
    await closed;
    stage.network.answer = () => ({});
    stage.restart();
    await stage.clock.pass(2 * HOUR);
    expect(await stage.states("a")).toEqual({ sent: 3 });
  });
});

describe("a target that fails", () => {
  const devices = Array.from({ length: 200 }, (_, i) => `bus-${i}`);

  it("[DL7] is probed with one message at a time after ten failures, and gets everything once it answers", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => ({ ...failed, delay: 20 });
    await stage.raise("a", devices);
    await stage.clock.pass(20);
    const before = stage.network.began.length;
    // Sixteen were under way, of which nine could be followed by another one.
    expect(before).toBe(16 + 9);
    await stage.clock.pass(20);
    stage.network.most.clear();
    await stage.clock.pass(10 * 60_000);
    expect(stage.network.most.get("a")).toBe(1);
    const probes = stage.network.began.length - before;
    expect(probes).toBeGreaterThan(10);
    expect(probes).toBeLessThan(30);
    stage.network.answer = () => ({});
    await stage.clock.pass(stage.settings.longestProbe);
    expect(await stage.states("a")).toEqual({ sent: 200 });
    expect(stage.dispatcher.courier(keyOf("a"))?.breaker).toBe("closed");
  });

  it("[DL7] does not use up the attempts of what waits behind it", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise("a", devices);
    await stage.clock.pass(60_000);
    const tried = (await stage.records("a")).filter(({ attempts }) => attempts > 0);
    expect(tried.length).toBeLessThan(16 + 9 + 10);
  });

  it("[DL7] is probed first after a restart", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise("a", devices);
    await stage.clock.pass(60_000);
    const before = stage.network.began.length;
    stage.restart();
    await stage.clock.settle();
    expect(stage.network.began.length - before).toBe(1);
  });

  it("[DL7] is tried at once when it was edited", async () => {
    const stage = new Stage();
    const target = await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise("a", devices);
    await stage.clock.pass(HOUR);
    stage.network.answer = () => ({});
    stage.dispatcher.changed(keyOf("a"), { ...target, name: "Repaired" });
    await stage.clock.pass(stage.settings.recordEvery);
    expect(await stage.states("a")).toEqual({ sent: 200 });
  });

  it("[DL8] keeps everything queued while it is switched off, and sends it in order when it is on again", async () => {
    const stage = new Stage({ window: 20 });
    const target = await stage.target("a", { enabled: false });
    const ids = await stage.raise("a", ["bus", ...devices, "bus"]);
    await stage.clock.pass(5 * DAY);
    expect(stage.network.began).toEqual([]);
    expect(stage.dispatcher.courier(keyOf("a"))?.held).toBe(0);
    stage.dispatcher.changed(keyOf("a"), { ...target, enabled: true });
    await stage.clock.pass(100);
    expect(stage.network.took.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(stage.network.took.filter(({ device }) => device === "bus").map(({ id }) => id)).toEqual([
      ids[0],
      ids.at(-1),
    ]);
  });

  it("[DL9] is switched off when it says that it is gone; that alert is dead, the others wait", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => ({ status: 410, error: "answered 410", never: "target" });
    await stage.raise("a", ["bus", "bus", "bus"]);
    await stage.clock.pass(HOUR);
    expect(stage.network.began).toHaveLength(1);
    expect(await stage.states("a")).toEqual({ dead: 1, queued: 2 });
    expect(await stage.outbox.targets.get("main", "a")).toMatchObject({ enabled: false });
    expect(stage.network.forgotten).toEqual(["a"]);
    expect(stage.complaints).toEqual(["a target said that it is gone for good and was switched off"]);
  });

  it("[DL14] is not waited for longer than ten seconds, whatever its sender does", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => "never";
    await stage.raise("a", ["bus"]);
    await stage.clock.pass(10_100);
    const [record] = await stage.records("a");
    expect(record).toMatchObject({ attempts: 1, lastError: "no answer within 10 s" });
    expect(record?.tries).toMatchObject([{ duration: 10_000 }]);
  });

  it("[DL14] may throw", async () => {
    const stage = new Stage();
    await stage.target("a");
    stage.network.answer = () => {
      throw new Error("secret text with http://address");
    };
    await stage.raise("a", ["bus"]);
    await stage.clock.pass(stage.settings.recordEvery);
    expect(await stage.records("a")).toMatchObject([{ attempts: 1, lastError: "Error" }]);
  });
});

describe("bounds", () => {
  it("[DL10] hold a window of alerts in memory, whatever waits, and send all of it in order", async () => {
    const stage = new Stage({ window: 32, laneWindow: 4, page: 50 });
    await stage.target("a");
    stage.network.answer = () => ({ delay: 10 });
    const devices = Array.from({ length: 1_000 }, (_, i) => (i % 3 === 0 ? "busy" : `bus-${i % 40}`));
    const ids = await stage.raise("a", devices);
    let most = 0;
    for (let i = 0; i < 900; i++) {
      await stage.clock.pass(10);
      most = Math.max(most, stage.dispatcher.courier(keyOf("a"))?.held ?? 0);
    }
    expect(most).toBeLessThanOrEqual(32 + 41);
    expect(stage.outbox.largestPage).toBeLessThanOrEqual(50);
    expect(await stage.states("a")).toEqual({ sent: 1_000 });
    for (const device of new Set(devices)) {
      const expected = ids.filter((_, i) => devices[i] === device);
      expect(stage.network.took.filter((seen) => seen.device === device).map(({ id }) => id)).toEqual(
        expected,
      );
    }
  });

  it("[DL10] hold so many lanes that wait for a retry; the others are read when there is room again", async () => {
    const stage = new Stage({ waitingLanes: 30, window: 32, breakAfter: 1_000_000 });
    await stage.target("a");
    stage.network.answer = () => failed;
    await stage.raise(
      "a",
      Array.from({ length: 300 }, (_, i) => `bus-${i}`),
    );
    await stage.clock.pass(60_000);
    expect(stage.dispatcher.courier(keyOf("a"))!.held).toBeLessThanOrEqual(30 + 32);
    stage.network.answer = () => ({});
    await stage.clock.pass(HOUR);
    expect(await stage.states("a")).toEqual({ sent: 300 });
  });

  it("[DL15] stop the senders when the store takes no outcomes, and lose none of them", async () => {
    const stage = new Stage({ unrecorded: 50 });
    await stage.target("a");
    await stage.clock.settle();
    const ids = await stage.raise(
      "a",
      Array.from({ length: 500 }, (_, i) => `bus-${i}`),
    );
    stage.outbox.record = () => Promise.reject(new Error("full"));
    await stage.clock.pass(10_000);
    expect(stage.network.took.length).toBeGreaterThanOrEqual(50);
    expect(stage.network.took.length).toBeLessThanOrEqual(50 + 16);
    expect(stage.complaints).toEqual(["could not record what became of alerts; trying again"]);
    Reflect.deleteProperty(stage.outbox, "record");
    await stage.clock.pass(2_000);
    expect(await stage.states("a")).toEqual({ sent: 500 });
    expect(stage.network.began.map(({ id }) => id).sort()).toEqual(ids.toSorted());
  });

  it("[DL15] let the senders go on when there is room again that ran out while outcomes were being written", async () => {
    const stage = new Stage({ unrecorded: 50 });
    await stage.target("a");
    await stage.clock.settle();
    stage.network.answer = () => ({ delay: 40 });
    await stage.raise(
      "a",
      Array.from({ length: 300 }, (_, i) => `bus-${i}`),
    );
    // The first batch is on its way for so long that everything that was under way ends meanwhile.
    stage.outbox.latency = () => new Promise((resolve) => void stage.clock.after(1_000, resolve));
    await stage.clock.pass(30_000);
    expect(stage.network.took).toHaveLength(300);
  });

  it("[DL15] and a store that does not answer for a while delay, and lose nothing", async () => {
    const stage = new Stage({ window: 16, laneWindow: 2 });
    await stage.target("a");
    const devices = Array.from({ length: 300 }, (_, i) => `bus-${i % 20}`);
    await stage.raise("a", devices);
    for (let i = 0; i < 40; i++) {
      stage.outbox.failures = 2;
      await stage.clock.pass(1_500);
    }
    stage.outbox.failures = 0;
    await stage.clock.pass(5_000);
    expect(await stage.states("a")).toEqual({ sent: 300 });
  });
});

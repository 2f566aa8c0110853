import { setTimeout as after } from "node:timers/promises";
import { expect, it } from "vitest";
import { seededRandom } from "../bench/support/random.ts";
import { create, privateTargets, unitSquare } from "./support/define.ts";
import { everythingJudged, wholeFeed } from "./support/feed.ts";
import { startHook } from "./support/hook.ts";
import { startServer, type TestServer } from "./support/server.ts";

const KILLS = 100;
const DEVICES = 5;
const seed = Number(process.env["TEST_SEED"] ?? 1);

/** Sends until it is acknowledged, whatever dies meanwhile; the same positions again are no harm. */
async function report(server: TestServer, positions: readonly object[]): Promise<void> {
  for (;;) {
    const response = await server
      .fetch("/api/positions", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(positions),
      })
      .catch(() => undefined);
    if (response?.ok === true) return;
    // Nobody listens: the next process comes in a moment.
    await after(10);
  }
}

it(`${KILLS} kills between fix and delivery: each event reaches the receiver, none is stored twice, none is lost (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  await using hook = await startHook(() => random() < 0.2);
  await using server = await startServer({ env: privateTargets });
  await create(server, "/api/fences", unitSquare("yard"));
  const target = await create(server, "/api/targets", { kind: "webhook", url: hook.url });
  await create(server, "/api/rules", { events: ["enter", "exit"], targets: [target] });

  // Every round each device changes sides, and so gives one event.
  const state = { rounds: 0, killing: true };
  const start = Date.now() - 86_400_000;
  const expected = new Set<string>();
  const drive = async (): Promise<void> => {
    while (state.killing) {
      const lon = state.rounds % 2 === 0 ? 0.5 : -0.5;
      const time = start + state.rounds * 1_000;
      const positions = Array.from({ length: DEVICES }, (_, i) => ({ device: `d${i}`, time, lon, lat: 0.5 }));
      await report(server, positions);
      for (const { device } of positions)
        expected.add(`${device} ${lon > 0 ? "enter" : "exit"} ${new Date(time).toISOString()}`);
      state.rounds++;
      await after(random() * 60);
    }
  };
  const driving = drive();
  for (let kills = 0; kills < KILLS; kills++) {
    // The fault comes at any moment: between log and commit, between commit and delivery, while it is answered.
    await after(random() * 300);
    await server.kill();
    await server.restart();
  }
  state.killing = false;
  await driving;
  await everythingJudged(server);

  const feed = await wholeFeed(server);
  expect(feed.map(({ device, type, fix }) => `${device} ${type} ${fix}`).toSorted()).toEqual(
    [...expected].toSorted(),
  );
  expect(new Set(feed.map(({ id }) => id)).size).toBe(feed.length);
  expect(feed.length).toBeGreaterThan(KILLS);
  const wanted = new Set(feed.map(({ id }) => id));
  await hook.until((alerts) => new Set(alerts.map(({ event }) => event.id)).size >= wanted.size);
  expect(new Set(hook.alerts.map(({ event }) => event.id))).toEqual(wanted);
  // One alert an event: an attempt that was not recorded is made again under the same id.
  expect(new Set(hook.alerts.map(({ id }) => id)).size).toBe(wanted.size);
  // In order, the first time each was taken.
  for (let i = 0; i < DEVICES; i++) {
    const own = hook.alerts.filter(({ event }) => event.device === `d${i}`);
    const fixes = [...new Map(own.map(({ event }) => [event.id, event.fix])).values()];
    expect(fixes).toEqual(fixes.toSorted());
  }
}, 600_000);

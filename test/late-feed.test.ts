import { expect, it } from "vitest";
import { seededRandom } from "../bench/support/random.ts";
import { create, privateTargets, unitSquare } from "./support/define.ts";
import { everythingJudged, type FeedEvent, wholeFeed } from "./support/feed.ts";
import { startHook } from "./support/hook.ts";
import { startServer, type TestServer } from "./support/server.ts";

interface Reported {
  readonly device: string;
  readonly time: number;
  readonly lon: number;
  readonly lat: number;
  readonly accuracy?: number;
}

type Amended = FeedEvent & { readonly withdrawnAt?: string; readonly withdraws?: string };

const seed = Number(process.env["TEST_SEED"] ?? 1);

async function send(server: TestServer, positions: readonly Reported[]): Promise<void> {
  const response = await server.fetch("/api/positions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(positions),
  });
  expect(response.status).toBe(200);
}

/** What stands at the end, without how and when it was found. */
function truth(feed: readonly Amended[]): string[] {
  return feed
    .filter(
      ({ type, withdrawnAt }) => type !== "withdrawn" && type !== "revised" && withdrawnAt === undefined,
    )
    .map(({ device, type, fence, time, fix, lon, lat, reason }) =>
      JSON.stringify([device, type, fence, time, fix, lon, lat, reason]),
    )
    .toSorted();
}

it(`a shuffled, doubled and partly late feed ends as the clean one, and withdrawals reach the webhook (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  const start = Date.now() - 3_600_000;
  const track: Reported[] = [];
  for (const device of ["one", "two", "three"]) {
    let [lon, lat] = [random(), random()];
    for (let second = 0; second < 3_000; second += 5 + Math.floor(random() * 20)) {
      lon = Math.min(1.3, Math.max(-0.3, lon + (random() - 0.5) * 0.2));
      lat = Math.min(1.3, Math.max(-0.3, lat + (random() - 0.5) * 0.2));
      track.push({ device, time: start + second * 1_000, lon, lat, accuracy: random() * 3_000 });
    }
  }
  track.sort((a, b) => a.time - b.time);
  const shuffled = track
    .map((position) => ({
      position,
      arrives: position.time + random() * (random() < 0.2 ? 550_000 : 20_000),
    }))
    .toSorted((a, b) => a.arrives - b.arrives)
    .map(({ position }) => position);

  await using hook = await startHook();
  await using clean = await startServer();
  await using messy = await startServer({ env: privateTargets });
  for (const server of [clean, messy]) {
    await create(server, "/api/fences", unitSquare("strict"));
    const layers = { exitMargin: 2_000, useAccuracy: true, confirmFixes: 2, confirmSeconds: 60 };
    await create(server, "/api/fences", unitSquare("layered", { ...layers, dwellSeconds: 120 }));
  }
  const target = await create(messy, "/api/targets", { kind: "webhook", url: hook.url });
  await create(messy, "/api/rules", { events: ["enter", "exit", "cross", "dwell"], targets: [target] });

  await send(clean, track);
  await everythingJudged(clean);
  while (shuffled.length > 0) {
    const part = shuffled.splice(0, 1 + Math.floor(random() * 5));
    await send(messy, [...part, ...part.filter(() => random() < 0.2)]);
    if (random() < 0.02) {
      await messy.kill();
      await messy.restart();
    }
  }
  await everythingJudged(messy);

  const feed: readonly Amended[] = await wholeFeed(messy);
  expect(truth(feed)).toEqual(truth(await wholeFeed(clean)));
  expect(new Set(feed.map(({ id }) => id)).size).toBe(feed.length);
  const withdrawals = feed.filter(({ type }) => type === "withdrawn");
  expect(withdrawals.length).toBeGreaterThan(5);
  expect(new Set(withdrawals.map(({ withdraws }) => withdraws))).toEqual(
    new Set(feed.filter(({ withdrawnAt }) => withdrawnAt !== undefined).map(({ id }) => id)),
  );
  // Everything but revisions is told, and what was withdrawn is told to be so, after it was told.
  const told = new Set(feed.filter(({ type }) => type !== "revised").map(({ id }) => id));
  await hook.until((alerts) => new Set(alerts.map(({ event }) => event.id)).size >= told.size);
  expect(new Set(hook.alerts.map(({ event }) => event.id))).toEqual(told);
  const order = hook.alerts.map(({ event }) => event.id);
  for (const { event } of hook.alerts) {
    if (event.withdraws === undefined) continue;
    expect(order.indexOf(event.withdraws)).toBeLessThan(order.indexOf(event.id));
  }
}, 300_000);

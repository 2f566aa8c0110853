/**
 * What the page of the map costs a browser: a real server, a fleet that reports through the API, and a real Chromium that
 * has all of it in view. Shares are of one core over the time measured, and hold what MapLibre does for each frame. Software
 * draws the map, coarsely, so that it leaves the processor to the page; frames say little of a machine with a GPU.
 *
 *   npm run bench -- page --json [--devices 20000] [--every 2] [--seconds 20] [--seed 1] [--transport worker|socket]
 *
 * `--every`: seconds between two positions of a device. `--transport socket` keeps the worker away, so that the page
 * falls back to Socket.IO and JSON.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { CDPSession, Page } from "playwright-core";
import { launchChromium } from "../test/support/chromium.ts";
import { quantile, round } from "./support/figures.ts";
import { seededRandom } from "./support/random.ts";
import { type BenchServer, startBenchServer } from "./support/server.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    devices: { type: "string", default: "20000" },
    every: { type: "string", default: "2" },
    seconds: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    transport: { type: "string", default: "worker" },
  },
});
const DEVICES = Number(options.devices);
const EVERY = Number(options.every);
const SECONDS = Number(options.seconds);
/** A square map at the equator, whose view touches as many cells as it can, so that the fewest devices are hidden. */
const VIEWPORT = { width: 1236, height: 900 };
const ZOOM = 10.33;
/** Pixels of the screen in one of CSS: without a GPU the processor paints every one of them. */
const COARSE = 0.25;
/** Side of what the map shows, in degrees, and of the city inside it. */
const CITY = ((900 * 360) / (512 * 2 ** ZOOM)) * 0.96;
/** Batches in which the fleet reports once, and seconds for page and traffic to become even. */
const [BATCHES, WARM_UP] = [20, 6];

const random = seededRandom(Number(options.seed));
const lon = Float64Array.from({ length: DEVICES }, () => (random() - 0.5) * CITY);
const lat = Float64Array.from({ length: DEVICES }, () => (random() - 0.5) * CITY);
const course = Float64Array.from({ length: DEVICES }, () => random() * 360);

/** The devices of one batch drive on, at 14 m/s, and report. */
async function report(server: BenchServer, batch: number): Promise<number> {
  const positions: object[] = [];
  for (let i = batch; i < DEVICES; i += BATCHES) {
    const turned = ((course[i] ?? 0) + (random() - 0.5) * 20 + 360) % 360;
    const radians = (turned * Math.PI) / 180;
    const step = (14 * EVERY) / 111_320;
    const bounded = (value: number): number => Math.max(-CITY / 2, Math.min(CITY / 2, value));
    course[i] = turned;
    lon[i] = bounded((lon[i] ?? 0) + Math.sin(radians) * step);
    lat[i] = bounded((lat[i] ?? 0) + Math.cos(radians) * step);
    const place = { lon: round(lon[i] ?? 0, 6), lat: round(lat[i] ?? 0, 6) };
    positions.push({ device: `vehicle-${i}`, time: Date.now(), ...place, speed: 14, course: round(turned) });
  }
  const { status } = await server.request("POST", "/api/positions", positions);
  return status === 200 ? positions.length : 0;
}

/** Reports round and round until it is stopped; answers how to, and how many were accepted. */
function drive(server: BenchServer): { readonly accepted: () => number; readonly stop: () => Promise<void> } {
  const stopped = new AbortController();
  let accepted = 0;
  const done = (async () => {
    const from = performance.now();
    for (let batch = 0; !stopped.signal.aborted; batch++) {
      accepted += await report(server, batch % BATCHES);
      const due = from + (((batch + 1) * EVERY) / BATCHES) * 1_000;
      await pause(Math.max(0, due - performance.now()));
    }
  })();
  return {
    accepted: () => accepted,
    async stop() {
      stopped.abort();
      await done;
    },
  };
}

async function open(page: Page, { port, token }: BenchServer): Promise<void> {
  await page.goto(`http://127.0.0.1:${port}/sign-in`);
  await page.fill("input[name=token]", token);
  await page.click("button.primary");
  await page.waitForSelector("#map canvas");
  await page.goto("about:blank");
  await page.goto(`http://127.0.0.1:${port}/#${ZOOM}/0/0`);
  await page.waitForSelector('#connection[data-state="live"]');
  await page.waitForFunction(
    () => Number(document.querySelector("#device-count")?.textContent.replaceAll(/\D/g, "")) > 0,
  );
}

/** Seconds of the main thread, and bytes of its heap after a collection. */
async function look(client: CDPSession): Promise<Readonly<Record<string, number>>> {
  await client.send("HeapProfiler.collectGarbage");
  const { metrics } = await client.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Milliseconds between animation frames for so long. */
const frames = (page: Page, forMs: number): Promise<number[]> =>
  page.evaluate(
    (end) =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = [];
        const from = performance.now();
        let last = from;
        const next = (now: number): void => {
          gaps.push(now - last);
          last = now;
          if (now - from < end) requestAnimationFrame(next);
          else resolve(gaps);
        };
        requestAnimationFrame(next);
      }),
    forMs,
  );

const folder = await mkdtemp(join(tmpdir(), "whereabouts-bench-"));
const [server, browser] = await Promise.all([startBenchServer(folder), launchChromium()]);
try {
  for (let batch = 0; batch < BATCHES; batch++) await report(server, batch);
  const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: COARSE });
  const page = await context.newPage();
  if (options.transport === "socket") await page.route(/live-worker/, (route) => route.abort());
  await open(page, server);
  const traffic = drive(server);
  await pause(WARM_UP * 1_000);
  const client = await context.newCDPSession(page);
  await client.send("Performance.enable");
  const [before, acceptedBefore] = [await look(client), traffic.accepted()];
  const gaps = await frames(page, SECONDS * 1_000);
  const [after, accepted] = [await look(client), traffic.accepted() - acceptedBefore];
  await traffic.stop();
  const took = (after["Timestamp"] ?? 0) - (before["Timestamp"] ?? 0);
  const share = (name: string): number => round(((after[name] ?? 0) - (before[name] ?? 0)) / took, 3);
  const figures = {
    bench: "page",
    transport: options.transport,
    devices: DEVICES,
    inView: await page.textContent("#device-count"),
    positionsPerSecond: round(accepted / took),
    mainThreadShare: share("TaskDuration"),
    scriptShare: share("ScriptDuration"),
    frameP95Ms: round(quantile(Float64Array.from(gaps), 0.95), 1),
    frames: gaps.length,
    heapBytes: round(after["JSHeapUsedSize"] ?? 0),
    heapGrowthBytes: round((after["JSHeapUsedSize"] ?? 0) - (before["JSHeapUsedSize"] ?? 0)),
  };
  console.log(JSON.stringify(figures));
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

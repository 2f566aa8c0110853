/**
 * What a late fix costs: a real store and flow, devices with a fix a second over the whole horizon. Late fixes come one a
 * submission, so each has its device judged again from its base; then as many new fixes, submitted alike, as the
 * baseline; then late ones in submissions of many, which are judged together.
 *
 *   npm run bench -- late --json [--devices 100] [--late 2000] [--seed 1]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createMemoryBus } from "#bus";
import { createFlow, type Flow } from "#flow";
import type { Clock } from "#ports";
import { openSqliteStore } from "#store";
import type { Position } from "#wire";
import { quantile, round } from "./support/figures.ts";
import { fenceField } from "./support/fence-field.ts";
import { seededRandom } from "./support/random.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    devices: { type: "string", default: "100" },
    late: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
  },
});
const devices = Number(options.devices);
const count = Number(options.late);
/** Seconds of track: two horizons, the most that is gone through again. */
const SECONDS = 1_200;
/** Submissions under way at once, as from so many connections. */
const AT_ONCE = 32;
const random = seededRandom(Number(options.seed));
const start = Date.now() - SECONDS * 1_000;

const clock: Clock = {
  now: () => Date.now(),
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};
const field = fenceField(1_000, Number(options.seed));
const places = Array.from({ length: devices }, () => [
  field.west + random() * field.width,
  field.south + random() * field.height,
]);

/** Where a device is after so many seconds: a walk of some 10 m/s. */
function at(device: number, second: number): Position {
  const [lon = 0, lat = 0] = places[device] ?? [];
  const far = second * 1e-4;
  return {
    device: `device-${device}`,
    time: start + second * 1_000,
    lon: lon + Math.sin(far * 20) * 0.05,
    lat: lat + far * 0.3,
    speed: 10,
    course: 0,
    accuracy: 5,
  };
}

async function submitAll(flow: Flow, submissions: readonly (readonly Position[])[]): Promise<Float64Array> {
  const took: number[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < submissions.length) {
      const positions = submissions[next++] ?? [];
      const began = performance.now();
      await flow.intake.submit({ workspace: "main", mode: "live", register: true, positions });
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return Float64Array.from(took);
}

/** Everything logged is judged and committed: the answer to an edit comes behind it. */
async function judged(flow: Flow): Promise<void> {
  await flow.editor.setGroups("main", "barrier", []);
}

async function timed(
  flow: Flow,
  submissions: readonly (readonly Position[])[],
): Promise<[number, Float64Array]> {
  const began = performance.now();
  const took = await submitAll(flow, submissions);
  await judged(flow);
  return [(submissions.flat().length * 1_000) / (performance.now() - began), took];
}

async function measure(folder: string): Promise<Record<string, number>> {
  const store = await openSqliteStore({ folder, logger: console });
  const flow = await createFlow({ ...store, bus: createMemoryBus(console), clock });
  for (const fence of field.fences) await flow.editor.putFence({ ...fence, name: fence.id }, "create");
  const all = Array.from({ length: devices }, (_, i) => i);
  // Every second second is left out, to come late.
  const history = Array.from({ length: SECONDS / 2 }, (_, i) => all.map((device) => at(device, 2 * i)));
  await flow.intake.submit({
    workspace: "main",
    mode: "live",
    register: true,
    positions: [{ ...at(0, 0), device: "barrier" }],
  });
  await submitAll(flow, history);
  await judged(flow);
  const gaps = new Set<string>();
  const lateOne = (): Position => {
    for (;;) {
      const [device, second] = [Math.floor(random() * devices), SECONDS - 1 - 2 * Math.floor(random() * 290)];
      if (gaps.has(`${device} ${second}`)) continue;
      gaps.add(`${device} ${second}`);
      return at(device, second);
    }
  };
  const [latePerSecond, lateTook] = await timed(
    flow,
    Array.from({ length: count }, () => [lateOne()]),
  );
  const many = Array.from({ length: 20 }, () => Array.from({ length: 100 }, lateOne));
  const [coalescedPerSecond] = await timed(flow, many);
  const fresh = Array.from({ length: count }, (_, i) => [
    at(i % devices, SECONDS + 1 + Math.floor(i / devices)),
  ]);
  const [newPerSecond, newTook] = await timed(flow, fresh);
  const { lateFixes, tooLateFixes } = flow.figures();
  await flow.close();
  await store.close();
  return {
    latePerSecond: round(latePerSecond),
    lateAckP99Ms: round(quantile(lateTook, 0.99), 1),
    msPerLateFix: round(1_000 / latePerSecond, 2),
    coalescedPerSecond: round(coalescedPerSecond),
    newPerSecond: round(newPerSecond),
    newAckP99Ms: round(quantile(newTook, 0.99), 1),
    ratio: round(latePerSecond / newPerSecond, 3),
    lateFixes,
    tooLateFixes,
    fixesBehindTheBase: SECONDS / 2,
  };
}

const folder = await mkdtemp(join(tmpdir(), "whereabouts-late-"));
try {
  process.stdout.write(`${JSON.stringify(await measure(folder))}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * How alerts reach fifty webhooks, of which one hangs for ever and one fails half of the time: real store, real
 * delivery, receivers in a process of their own. The baseline is the ordinary way, one message a hook at a time from
 * memory, under the same load. The first seconds of the process, in which nothing is compiled and no connection is open,
 * are reported apart, as `cold…`.
 *
 *   npm run bench -- deliver --json [--rate 2000] [--warm 5] [--seconds 30] [--endpoints 50] [--latency 5] [--seed 1]
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createDeliver } from "#deliver";
import type { Clock, Commit } from "#ports";
import { openSqliteStore } from "#store";
import { type Alert, alertId, type Event, makeTarget } from "#wire";
import { quantile, round } from "./support/figures.ts";
import { seededRandom } from "./support/random.ts";
import { type Arrivals, serveReceivers } from "./support/receivers.ts";
import { SerialHooks } from "./support/serial-hooks.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    rate: { type: "string", default: "2000" },
    warm: { type: "string", default: "5" },
    seconds: { type: "string", default: "30" },
    endpoints: { type: "string", default: "50" },
    latency: { type: "string", default: "5" },
    devices: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    receivers: { type: "boolean", default: false },
  },
});
const setup = {
  rate: Number(options.rate),
  warm: Number(options.warm),
  seconds: Number(options.seconds),
  endpoints: Number(options.endpoints),
  latency: Number(options.latency),
  devices: Number(options.devices),
  seed: Number(options.seed),
};

/** Milliseconds between two commits, as the flow commits under load. */
const COMMIT_EVERY = 50;
/** Seconds that the stragglers of the failing endpoint get. */
const PATIENCE = 45;

const clock: Clock = {
  now: () => Date.now(),
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};
const say = (text: string): void => console.error(text);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const isWell = (target: string): boolean => target !== "t0" && target !== "t1";

/** One process with all endpoints. */
async function startReceivers(): Promise<{
  readonly ports: readonly number[];
  arrivals(): Promise<Map<string, number>>;
  stop(): void;
}> {
  const { endpoints, latency, seed } = setup;
  const args = ["--receivers", "--endpoints", `${endpoints}`, "--latency", `${latency}`, "--seed", `${seed}`];
  const child: ChildProcess = fork(import.meta.filename, args, { execArgv: ["--conditions=source"] });
  const [ports] = (await once(child, "message")) as [readonly number[]];
  return {
    ports,
    async arrivals() {
      const answer = once(child, "message");
      child.send("arrivals");
      const [arrived] = (await answer) as [Arrivals];
      return new Map(arrived);
    },
    stop: () => void child.kill(),
  };
}

/** Makes the alerts of one commit after the other, each about a device and for a target at random. */
function alertMaker(prefix: string): (count: number) => Alert[] {
  const random = seededRandom(setup.seed);
  let next = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      const at = Date.now();
      const target = `t${Math.floor(random() * setup.endpoints)}`;
      const device = `vehicle-${Math.floor(random() * setup.devices)}`;
      const event: Event = {
        id: `${prefix}-${next++}`,
        workspace: "main",
        type: "enter",
        device,
        fence: `fence-${Math.floor(random() * 100)}`,
        fenceVersion: 1,
        time: at,
        fix: at,
        detectedAt: at,
        lon: random(),
        lat: random(),
      };
      return { id: alertId(event.id, target), workspace: "main", target, event, rules: ["rule_1"], at };
    });
}

/** Hands out alerts at the rate, commit by commit; answers all of them. */
async function drive(seconds: number, prefix: string, commit: (alerts: Alert[]) => void): Promise<Alert[]> {
  const make = alertMaker(prefix);
  const each = Math.round((setup.rate * COMMIT_EVERY) / 1_000);
  const all: Alert[] = [];
  const start = performance.now();
  for (let i = 0; i < (seconds * 1_000) / COMMIT_EVERY; i++) {
    const wait = start + i * COMMIT_EVERY - performance.now();
    if (wait > 0) await sleep(wait);
    const alerts = make(each);
    all.push(...alerts);
    commit(alerts);
  }
  return all;
}

/** Milliseconds from before the commit to the arrival, at endpoints that are well; cold ones apart. */
function latenciesOf(
  alerts: readonly Alert[],
  arrived: ReadonlyMap<string, number>,
): { readonly cold: Float64Array; readonly warm: Float64Array } {
  const of = (some: readonly Alert[]): Float64Array => {
    const found = some.filter(({ target }) => isWell(target));
    return Float64Array.from(
      found.flatMap(({ id, at }) => (arrived.has(id) ? [(arrived.get(id) ?? 0) - at] : [])),
    );
  };
  const colds = setup.warm * setup.rate;
  return { cold: of(alerts.slice(0, colds)), warm: of(alerts.slice(colds)) };
}

const nothing: Omit<Commit, "offset" | "events" | "alerts"> = {
  fixes: [],
  devices: [],
  deletedDevices: [],
  fences: [],
  deletedFences: [],
  definitions: [],
  deletedDefinitions: [],
  followUps: [],
  cooldowns: [],
  bases: [],
  reshown: [],
  edited: [],
};

async function measure(folder: string): Promise<Record<string, number>> {
  const receivers = await startReceivers();
  const store = await openSqliteStore({ folder, logger: { warn: say, error: say } });
  const { results, outbox, targets } = store;
  const log = (details: object, message: string): void => say(`${message} ${JSON.stringify(details)}`);
  const logger = { info: log, warn: log, error: log };
  const settings = { allowPrivateTargets: true };
  const deliver = createDeliver({ outbox, targets, clock, random: Math.random, logger, settings });
  for (const [i, port] of receivers.ports.entries()) {
    const url = `http://127.0.0.1:${port}/hook`;
    const owner = { id: `t${i}`, workspace: "main", now: Date.now() };
    await deliver.targets.create(makeTarget({ kind: "webhook", url, secrets: [] }, owner));
  }
  let offset = 0;
  const commits: Promise<unknown>[] = [];
  const commit = async (alerts: Alert[]): Promise<void> => {
    await results.commit({ ...nothing, offset: ++offset, events: alerts.map(({ event }) => event), alerts });
    deliver.wake();
  };
  say(`${setup.rate} alerts/s for ${setup.seconds} s to ${setup.endpoints} endpoints`);
  const cpu = process.cpuUsage();
  const here = process.threadCpuUsage();
  const start = performance.now();
  const alerts = await drive(setup.warm + setup.seconds, "e", (some) => void commits.push(commit(some)));
  await Promise.all(commits);
  const took = performance.now() - start;
  const all = process.cpuUsage(cpu);
  const self = process.threadCpuUsage(here);
  const queuedWell = (await deliver.figures()).targets
    .filter(({ target }) => isWell(target))
    .reduce((sum, { queued }) => sum + queued, 0);
  for (let i = 0; i < PATIENCE; i++) {
    const waiting = (await deliver.figures()).targets.filter(({ target }) => target !== "t0");
    if (waiting.every(({ queued }) => queued === 0)) break;
    await sleep(1_000);
  }
  const arrived = await receivers.arrivals();
  const { targets: figures } = await deliver.figures();
  const sum = (key: "queued" | "dead" | "dropped" | "failed"): number =>
    figures.reduce((total, one) => total + one[key], 0);
  await deliver.close();
  await store.close();
  receivers.stop();
  const { cold, warm } = latenciesOf(alerts, arrived);
  return {
    alertsPerSecond: round((alerts.length * 1_000) / took),
    p50Ms: round(quantile(warm, 0.5), 1),
    p99Ms: round(quantile(warm, 0.99), 1),
    maxMs: round(quantile(warm, 1), 1),
    coldP99Ms: round(quantile(cold, 0.99), 1),
    coldMaxMs: round(quantile(cold, 1), 1),
    lost: alerts.length - arrived.size - sum("queued") - sum("dead"),
    delivered: arrived.size,
    queued: sum("queued"),
    dead: sum("dead"),
    dropped: sum("dropped"),
    failedAttempts: sum("failed"),
    queuedAtEnd: queuedWell,
    mainThreadCpu: round((self.user + self.system) / 1_000 / took, 2),
    processCpu: round((all.user + all.system) / 1_000 / took, 2),
  };
}

/** The same load on hooks that are called one message at a time, for a third of the time. */
async function measureSerial(): Promise<Record<string, number>> {
  const receivers = await startReceivers();
  const hooks = new SerialHooks(
    (target) => `http://127.0.0.1:${receivers.ports[Number(target.slice(1))]}/hook`,
  );
  const seconds = Math.max(1, Math.round(setup.seconds / 3));
  say(`one message a hook at a time, for ${seconds} s`);
  const alerts = await drive(setup.warm + seconds, "s", (some) => {
    for (const alert of some) hooks.send(alert);
  });
  await sleep(5_000);
  const arrived = await receivers.arrivals();
  const { waiting } = hooks;
  hooks.close();
  receivers.stop();
  const { cold, warm } = latenciesOf(alerts, arrived);
  return {
    serialP50Ms: round(quantile(warm, 0.5), 1),
    serialP99Ms: round(quantile(warm, 0.99), 1),
    serialColdP99Ms: round(quantile(cold, 0.99), 1),
    // What waits in memory is lost with the process, but not yet.
    serialLostPercent: round((100 * (alerts.length - arrived.size - waiting)) / alerts.length, 2),
  };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "whereabouts-deliver-"));
  try {
    const figures = await measure(join(folder, "data"));
    const serial = await measureSerial();
    console.log(JSON.stringify({ bench: "deliver", ...figures, ...serial, ...setup }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (options.receivers) await serveReceivers({ ...setup, count: setup.endpoints });
else await main();

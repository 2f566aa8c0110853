import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { Commit } from "#ports";
import { openSqliteStore, type SqliteStore } from "#store";
import type { DeviceRecord, Fix } from "#wire";
import { fillStore, seeded } from "#store/testing";
import { quantile, round } from "./support/figures.ts";

/**
 * Commits and settling on a store that is already large: first at a steady 50,000 fixes a second in ten commits,
 * then as fast as it goes. `--folder` keeps the filled store for the next run.
 */
const { values } = parseArgs({
  options: {
    fixes: { type: "string", default: "20000000" },
    devices: { type: "string", default: "10000" },
    seconds: { type: "string", default: "20" },
    folder: { type: "string" },
    json: { type: "boolean" },
  },
});

const COMMITS_PER_SECOND = 10;
const FIXES_PER_COMMIT = 5000;

const say = (text: string): void => console.error(text);
const ms = (since: number): number => performance.now() - since;

const folder = values.folder ?? mkdtempSync(join(tmpdir(), "whereabouts-bench-"));
const devices = Number(values.devices);
const startTime = Date.UTC(2026, 0, 1);
const random = seeded(7);

/** Commits of fixes of all devices in random order, each with the records of its devices. */
function commitsFrom(offset: number): () => Commit {
  let time = startTime + offset * 1000;
  let next = offset;
  return () => {
    next++;
    time += 100;
    const newest = new Map<string, Fix>();
    const fixes = Array.from({ length: FIXES_PER_COMMIT }, (_, i) => {
      const device = `device-${Math.floor(random() * devices)}`;
      const fix: Fix = {
        device,
        time: time + (i % 100),
        lon: Math.round(random() * 3.6e9 - 1.8e9) / 1e7,
        lat: Math.round(random() * 1.8e9 - 9e8) / 1e7,
        speed: Math.round(random() * 3000) / 100,
        course: Math.round(random() * 3600) / 10,
        accuracy: 5,
      };
      newest.set(device, fix);
      return { workspace: "main", fix };
    });
    const records = [...newest.values()].map((fix): DeviceRecord => ({
      status: {
        workspace: "main",
        device: fix.device,
        fix,
        motion: "moving",
        motionSince: time,
        seenAt: time,
        inside: ["f1"],
      },
      engine: { track: { anchor: fix.time, flagged: 0 }, fences: { f1: 1 } },
    }));
    return {
      offset: next,
      fixes,
      devices: records,
      deletedDevices: [],
      events: [],
      fences: [],
      deletedFences: [],
      definitions: [],
      deletedDefinitions: [],
      alerts: [],
      followUps: [],
      cooldowns: [],
      bases: [],
      reshown: [],
      edited: [],
    };
  };
}

const threadsCpu = (): number => {
  const all = process.cpuUsage();
  const here = process.threadCpuUsage();
  return (all.user + all.system - here.user - here.system) / 1000;
};

async function steady(
  store: SqliteStore,
  next: () => Commit,
  seconds: number,
): Promise<Record<string, number>> {
  const latencies: number[] = [];
  const start = performance.now();
  const cpu = threadsCpu();
  const here = process.threadCpuUsage();
  const open: Promise<void>[] = [];
  let mostUnsettled = 0;
  for (let i = 0; i < seconds * COMMITS_PER_SECOND; i++) {
    const wait = start + (i * 1000) / COMMITS_PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const begun = performance.now();
    open.push(store.results.commit(next()).then(() => void latencies.push(ms(begun))));
    if (i % 20 === 0) mostUnsettled = Math.max(mostUnsettled, (await store.upkeep.figures()).unsettledFixes);
  }
  await Promise.all(open);
  const took = ms(start);
  const self = process.threadCpuUsage(here);
  return {
    steadyFixesPerSecond: round((latencies.length * FIXES_PER_COMMIT * 1000) / took),
    steadyCommitP50Ms: round(quantile(Float64Array.from(latencies), 0.5), 1),
    steadyCommitP99Ms: round(quantile(Float64Array.from(latencies), 0.99), 1),
    steadyThreadsCpu: round((threadsCpu() - cpu) / took, 2),
    steadyMainCpu: round((self.user + self.system) / 1000 / took, 2),
    mostUnsettled,
  };
}

async function flatOut(
  store: SqliteStore,
  next: () => Commit,
  seconds: number,
): Promise<Record<string, number>> {
  const prepared = Array.from({ length: 40 }, next);
  const start = performance.now();
  let commits = 0;
  const before = (await store.upkeep.figures()).unsettledFixes;
  while (ms(start) < seconds * 1000) {
    const commit = prepared[commits % prepared.length]!;
    await store.results.commit({ ...commit, offset: commit.offset + commits });
    commits++;
  }
  const took = ms(start);
  const { unsettledFixes } = await store.upkeep.figures();
  return {
    fixesPerSecond: round((commits * FIXES_PER_COMMIT * 1000) / took),
    settledPerSecond: round(((commits * FIXES_PER_COMMIT + before - unsettledFixes) * 1000) / took),
  };
}

async function restart(): Promise<Record<string, number>> {
  const start = performance.now();
  const store = await openSqliteStore({ folder });
  const openMs = ms(start);
  const { devices: restored } = await store.results.restore();
  let count = 0;
  for (const _ of restored) count++;
  const restoreMs = ms(start) - openMs;
  await store.close();
  return { openMs: round(openMs), restoreMs: round(restoreMs), restoredDevices: count };
}

try {
  const fixes = Number(values.fixes);
  const fillStart = performance.now();
  if (!existsSync(join(folder, "store.sqlite"))) {
    say(`filling ${folder} with ${fixes} fixes of ${devices} devices`);
    const ids = Array.from({ length: devices }, (_, i) => `device-${i}`);
    fillStore({ folder, fixes, devices: ids, seed: 1, until: startTime });
  }
  const fillMs = round(ms(fillStart));
  const store = await openSqliteStore({ folder, logger: { warn: say, error: say } });
  const next = commitsFrom((await store.results.restore()).offset);
  const paced = await steady(store, next, Number(values.seconds));
  const most = await flatOut(store, next, Number(values.seconds) / 2);
  const { fixes: held, segments, bytes } = await store.upkeep.figures();
  await store.close();
  const again = await restart();
  console.log(
    JSON.stringify({
      fillMs,
      ...paced,
      ...most,
      ...again,
      fixes: held,
      segments,
      bytesPerFix: round(bytes / held, 1),
    }),
  );
} finally {
  if (!values.folder) rmSync(folder, { recursive: true, force: true });
}

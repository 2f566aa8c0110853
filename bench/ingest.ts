/**
 * How many positions a second come in over HTTP, durably acknowledged, with fences judged and history settled, on a
 * store that is already large. Server and load generator share the machine.
 *
 *   npm run bench -- ingest --json [--fixes 20000000] [--seconds 60] [--connections 16] [--seed 1] [--keep FOLDER]
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fillStore } from "#store/testing";
import { median, quantile, round } from "./support/figures.ts";
import { Fleet, fleetFences, fleetDevice } from "./support/fleet.ts";
import { KeepAliveConnection } from "./support/keep-alive.ts";
import { measureOrdinaryTable } from "./support/one-row-a-fix.ts";
import { startBenchServer, type BenchServer } from "./support/server.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    fixes: { type: "string", default: "20000000" },
    devices: { type: "string", default: "10000" },
    fences: { type: "string", default: "1000" },
    seconds: { type: "string", default: "60" },
    connections: { type: "string", default: "16" },
    seed: { type: "string", default: "1" },
    keep: { type: "string" },
    profile: { type: "boolean", default: false },
  },
});
const setup = {
  fixes: Number(options.fixes),
  devices: Number(options.devices),
  fences: Number(options.fences),
  seconds: Number(options.seconds),
  connections: Number(options.connections),
  seed: Number(options.seed),
};

interface Phase {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
  /** Positions acknowledged in each whole second. */
  readonly bySecond: readonly number[];
}

/** Closed loop: every connection sends the next body as soon as the last one is acknowledged. */
async function drive(
  server: BenchServer,
  load: { connections: number; seconds: number; size: number },
  body: () => string,
): Promise<Phase> {
  const until = performance.now() + load.seconds * 1_000;
  const start = performance.now();
  const latencies: number[] = [];
  const bySecond: number[] = [];
  let refused = 0;
  const run = async (): Promise<void> => {
    const connection = await KeepAliveConnection.open(server.port, "/api/positions", server.token);
    for (let now = performance.now(); now < until;) {
      const answer = await connection.post(body());
      const done = performance.now();
      latencies.push(done - now);
      if (answer.status === 200) {
        const second = Math.floor((done - start) / 1_000);
        bySecond[second] = (bySecond[second] ?? 0) + load.size;
      } else refused++;
      now = done;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: load.connections }, run));
  const sorted = Float64Array.from(latencies);
  return {
    perSecond: ((latencies.length - refused) * load.size) / ((performance.now() - start) / 1_000),
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    refused,
    bySecond,
  };
}

const progress = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "whereabouts-ingest-"));
  const folder = options.keep ?? join(work, "data");
  try {
    const ordinaryPath = join(work, "ordinary.sqlite");
    progress(`filling the ordinary table with ${setup.fixes} rows`);
    const ordinary = measureOrdinaryTable(ordinaryPath, {
      rows: setup.fixes,
      devices: setup.devices,
      seconds: 10,
      seed: setup.seed,
    });
    await rm(ordinaryPath, { force: true });
    progress(`ordinary table: ${round(ordinary.positionsPerSecond)} positions/s`);

    if (!existsSync(folder)) {
      progress(`filling the store with ${setup.fixes} fixes`);
      fillStore({
        folder,
        fixes: setup.fixes,
        devices: Array.from({ length: setup.devices }, (_, index) => fleetDevice(index)),
        until: Date.now() - 86_400_000,
        seed: setup.seed,
      });
    }
    const server = await startBenchServer(
      folder,
      options.profile ? ["--cpu-prof", `--cpu-prof-dir=${work}`] : [],
    );
    try {
      for (const fence of fleetFences(setup.fences, setup.seed)) {
        const answer = await server.request("POST", "/api/fences", fence);
        if (answer.status !== 201) throw new Error(`the fence was refused: ${answer.body}`);
      }
      const fleet = new Fleet(setup.devices, setup.seed, Date.now() - 3_600_000);
      progress(`batches of 100 for ${setup.seconds} s`);
      const batches = await drive(server, { ...setup, size: 100 }, () => fleet.batch(100));
      const after = await server.metrics();
      progress("single positions for 20 s");
      const singles = await drive(
        server,
        { connections: 64, seconds: Math.min(20, setup.seconds), size: 1 },
        () => fleet.next(),
      );
      const half = Math.floor(batches.bySecond.length / 2);
      console.log(
        JSON.stringify({
          bench: "ingest",
          positionsPerSecond: round(batches.perSecond),
          ackP50Ms: round(batches.p50, 1),
          ackP99Ms: round(batches.p99, 1),
          ratio: round(batches.perSecond / ordinary.positionsPerSecond, 2),
          ordinaryPositionsPerSecond: round(ordinary.positionsPerSecond),
          firstHalfPerSecond: round(median(batches.bySecond.slice(0, half))),
          secondHalfPerSecond: round(median(batches.bySecond.slice(half, -1))),
          refused: batches.refused,
          singleRequestsPerSecond: round(singles.perSecond),
          singleAckP99Ms: round(singles.p99, 1),
          singlesRefused: singles.refused,
          unsettledFixes: after.get("whereabouts_store_unsettled_fixes"),
          flowBacklog: after.get("whereabouts_flow_backlog"),
          flowUncommitted: after.get("whereabouts_flow_uncommitted"),
          serverCpuSeconds: round(after.get("process_cpu_seconds_total") ?? NaN, 1),
          serverRssMb: round((after.get("process_resident_memory_bytes") ?? NaN) / 1_048_576),
          ...setup,
        }),
      );
    } finally {
      await server.stop();
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

await main();

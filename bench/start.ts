/**
 * From the command to `listening`, and the memory of a server that has nothing to do; the same of one that knows 100,000
 * devices and 1,000 fences, each device with a position. The baseline is a bare Fastify server, started the same way in
 * the same run. Medians of five starts after one that fills the compile cache.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fleet, fleetFences } from "./support/fleet.ts";
import { startBenchServer } from "./support/server.ts";

const root = join(import.meta.dirname, "..");
const RUNS = 5;
const IDLE_MS = 3_000;
const DEVICES = 100_000;
const FENCES = 1_000;

interface Start {
  readonly ms: number;
  readonly rssMb: number;
}

/** The same kind of thing without Whereabouts in it. */
const bare = `
import { enableCompileCache } from "node:module";
enableCompileCache();
const { fastify } = await import("fastify");
const server = fastify();
server.get("/healthz", async () => ({ status: "ok" }));
console.log("listening on " + (await server.listen({ host: "127.0.0.1", port: 0 })));
`;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "whereabouts-start-"));
  // Inside the repository, where `fastify` is found; the name keeps it out of every other tool's sight.
  const bareFile = join(root, "dist", `.bench-bare-${process.pid}.mjs`);
  writeFileSync(bareFile, bare);
  try {
    const data = join(folder, "data");
    const ours = (of: string): string[] => [
      "--conditions=source",
      "bin/whereabouts.js",
      "serve",
      "--port",
      "0",
      "--data",
      of,
    ];
    const whole = await measure(ours(data));
    const large = join(folder, "large");
    await fill(large);
    const populated = await measure(ours(large));
    const baseline = await measure([bareFile]);
    const figures = {
      startMs: Math.round(whole.ms),
      rssMb: Math.round(whole.rssMb),
      baselineStartMs: Math.round(baseline.ms),
      baselineRssMb: Math.round(baseline.rssMb),
      startMsAt100kDevices: Math.round(populated.ms),
      rssMbAt100kDevices: Math.round(populated.rssMb),
      ratio: Number((whole.ms / baseline.ms).toFixed(2)),
    };
    console.log(JSON.stringify(figures));
  } finally {
    rmSync(bareFile, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Through the real door, so that every device has the state that a restart has to bring back. */
async function fill(folder: string): Promise<void> {
  const server = await startBenchServer(folder);
  try {
    for (const fence of fleetFences(FENCES, 1))
      await expectStatus(201, server.request("POST", "/api/fences", fence));
    const fleet = new Fleet(DEVICES, 1, Date.now() - 3_600_000);
    for (let sent = 0; sent < DEVICES; sent += 1_000) {
      const positions = JSON.parse(fleet.batch(1_000)) as object;
      await expectStatus(200, server.request("POST", "/api/positions", positions));
    }
  } finally {
    await server.stop();
  }
}

async function expectStatus(
  status: number,
  answer: Promise<{ status: number; body: string }>,
): Promise<void> {
  const got = await answer;
  if (got.status !== status) throw new Error(`answered ${got.status}: ${got.body}`);
}

async function measure(args: readonly string[]): Promise<Start> {
  await startOnce(args, 500);
  const starts: Start[] = [];
  for (let run = 0; run < RUNS; run += 1) starts.push(await startOnce(args, IDLE_MS));
  return { ms: median(starts.map(({ ms }) => ms)), rssMb: median(starts.map(({ rssMb }) => rssMb)) };
}

async function startOnce(args: readonly string[], idleMs: number): Promise<Start> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  try {
    await listening(child);
    const ms = performance.now() - began;
    await sleep(idleMs);
    return { ms, rssMb: rssOf(child.pid ?? 0) };
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
}

async function listening(child: ChildProcess): Promise<void> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (/^listening on /m.test(text)) return;
  }
  throw new Error(`the server ended before it listened: ${text}`);
}

function rssOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await main();

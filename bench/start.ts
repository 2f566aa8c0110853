/**
 * From the command to `listening`, and the memory of a server that has nothing to do. The baseline is a bare Fastify
 * server, started the same way in the same run. Median of five starts after one that fills the compile cache.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "..");
const RUNS = 5;
const IDLE_MS = 3_000;

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
    const ours = ["--conditions=source", "bin/whereabouts.js", "serve", "--port", "0", "--data", data];
    const whole = await measure(ours);
    const baseline = await measure([bareFile]);
    const figures = {
      startMs: Math.round(whole.ms),
      rssMb: Math.round(whole.rssMb),
      baselineStartMs: Math.round(baseline.ms),
      baselineRssMb: Math.round(baseline.rssMb),
      ratio: Number((whole.ms / baseline.ms).toFixed(2)),
    };
    console.log(JSON.stringify(figures));
  } finally {
    rmSync(bareFile, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
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

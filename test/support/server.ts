import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const main = join(root, "bin/whereabouts.js");

/** How the real server is to be started. */
export interface ServerOrder {
  /** Data folder; default is a temporary one that `close` removes. */
  readonly folder?: string;
  /** More flags of `serve`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default is a token made for the test; null starts without any. */
  readonly adminToken?: string | null;
}

/** The real server as a process of its own. */
export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; the port stays the same over restarts. */
  readonly url: string;
  /** An administrator's token. */
  readonly token: string;
  readonly folder: string;
  readonly pid: number;
  /** Everything it printed so far on stdout and stderr. */
  readonly output: string;
  /** `fetch` below `url`, with the administrator's token unless the headers say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Ends it in order; answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port, after `stop` or `kill`. */
  restart(): Promise<void>;
  /** Stops it and removes a temporary folder. */
  close(): Promise<void>;
}

/** Starts `whereabouts serve` from source on a free port and waits until it listens. */
export async function startServer(order: ServerOrder = {}): Promise<TestServer> {
  const folder = order.folder ?? (await mkdtemp(join(tmpdir(), "whereabouts-test-")));
  const token = order.adminToken ?? "administrator-of-the-tests";
  const env = { ...order.env, ...(order.adminToken !== null && { WHEREABOUTS_ADMIN_TOKEN: token }) };
  const launch = (port: number): Promise<RunningCli> =>
    runUntil(
      /^listening on (\S+)$/m,
      ["serve", "--port", String(port), "--data", folder, ...(order.args ?? [])],
      env,
    );
  let running = await launch(0);
  const url = running.match[1] ?? "";
  const server: TestServer = {
    url,
    token,
    folder,
    get pid() {
      return running.child.pid!;
    },
    get output() {
      return running.output();
    },
    fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
      return fetch(new URL(path, url), { ...init, headers });
    },
    stop: (signal = "SIGTERM") => end(running.child, signal),
    async kill() {
      await end(running.child, "SIGKILL");
    },
    async restart() {
      running = await launch(Number(new URL(url).port));
    },
    async close() {
      await end(running.child, "SIGTERM");
      if (order.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
  return server;
}

/** A command that goes on running. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** What the awaited pattern matched. */
  readonly match: RegExpExecArray;
  readonly output: () => string;
}

/** Starts `whereabouts …` from source and waits until its output matches; rejects when it ends before. */
export async function runUntil(
  pattern: RegExp,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningCli> {
  const child = spawnCli(args, env);
  let text = "";
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = pattern.exec(text);
      if (found !== null) resolve(found);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("exit", (code) =>
      reject(new Error(`ended with ${String(code)} before ${String(pattern)}:\n${text}`)),
    );
  });
  return { child, match, output: () => text };
}

/** Runs `whereabouts …` from source to its end. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawnCli(args, env);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

/** The settings of whoever runs the tests must not reach the servers of the tests. */
function spawnCli(args: readonly string[], env: Readonly<Record<string, string>>) {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith("WHEREABOUTS_") && name !== "NODE_OPTIONS",
    ),
  );
  return spawn(process.execPath, ["--conditions=source", main, ...args], {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, "exit") as Promise<[number | null]>;
  child.kill(signal);
  const [code] = await ended;
  return code;
}

import { type ChildProcess, fork, type Serializable, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const extension = import.meta.filename.endsWith(".ts") ? ".ts" : ".js";
const main = join(import.meta.dirname, "../../../bin/whereabouts.js");
/** Milliseconds in which a server must listen, and in which it must end. */
const [START_TIME, END_TIME] = [30_000, 15_000];

/** A server to be measured, in a process of its own. */
export interface MeasuredServer {
  readonly port: number;
  readonly pid: number;
  readonly token: string;
  close(): Promise<void>;
}

/** Starts `whereabouts serve` on an empty data folder that is removed at the end. */
export async function startMeasured(gateways: number): Promise<MeasuredServer> {
  const folder = await mkdtemp(join(tmpdir(), "whereabouts-bench-"));
  const token = "administrator-of-the-bench";
  const args = ["serve", "--port", "0", "--data", folder, "--log-level", "error"];
  args.push("--gateways", String(gateways));
  // Limits of memory that the bench runs with are not those that a server runs with.
  const flags = process.execArgv.filter((flag) => flag.startsWith("--conditions"));
  const child = spawn(process.execPath, [...flags, main, ...args], {
    env: { ...process.env, WHEREABOUTS_ADMIN_TOKEN: token },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const close = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = await listening(child);
    return { port, pid: child.pid ?? 0, token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listening(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    const found = /^listening on \S+:(\d+)$/m.exec(text);
    if (found) resolve(Number(found[1]));
  });
  child.once("exit", (code) => reject(new Error(`the server ended with ${String(code)}: ${text}`)));
  const limit = setTimeout(() => reject(new Error(`the server does not listen: ${text}`)), START_TIME);
  try {
    return await promise;
  } finally {
    clearTimeout(limit);
  }
}

/** A process of the bench that takes orders one after the other and answers each. */
export interface Helper<Order, Answer> {
  readonly pid: number;
  ask(order: Order): Promise<Answer>;
  /** What it says by itself, once. */
  hear(): Promise<Answer>;
  close(): Promise<void>;
}

/** Forks a process of this folder, by the name of its file. */
export function startHelper<Order, Answer extends { readonly error?: string }>(
  file: string,
): Helper<Order, Answer> {
  const child = fork(join(import.meta.dirname, file + extension), { serialization: "advanced" });
  const hear = async (): Promise<Answer> => {
    const over = new AbortController();
    const { signal } = over;
    try {
      const ended = once(child, "exit", { signal }).then(() => {
        throw new Error(`${file} ended`);
      });
      const [answer] = (await Promise.race([once(child, "message", { signal }), ended])) as [Answer];
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    } finally {
      over.abort();
    }
  };
  return {
    pid: child.pid ?? 0,
    hear,
    ask: (order) => {
      const answer = hear();
      child.send(order as Serializable);
      return answer;
    },
    close: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const limit = setTimeout(() => child.kill("SIGKILL"), END_TIME);
  await ended;
  clearTimeout(limit);
}

/** Resident memory of a process and its children in bytes (Linux). */
export async function rssOf(pid: number): Promise<number> {
  return await sumOver(pid, async (one) => {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${one}/status`, "utf8"));
    return Number(found?.[1] ?? 0) * 1_024;
  });
}

/** Seconds of processor time that a process and its children have taken so far (Linux, where a tick is 10 ms). */
export async function cpuOf(pid: number): Promise<number> {
  return await sumOver(pid, async (one) => {
    const stat = await readFile(`/proc/${one}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  });
}

async function sumOver(pid: number, ask: (pid: number) => Promise<number>): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const pids = [
    pid,
    ...children
      .split(" ")
      .filter((one) => one !== "")
      .map(Number),
  ];
  const answers = await Promise.all(pids.map(ask));
  return answers.reduce((sum, one) => sum + one, 0);
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Answer } from "./keep-alive.ts";

const main = join(import.meta.dirname, "../../src/app/main.ts");

/** The real server, as a process of its own. */
export interface BenchServer {
  readonly port: number;
  /** An administrator's token. */
  readonly token: string;
  readonly pid: number;
  request(method: string, path: string, body?: object): Promise<Answer>;
  /** Gauges and counters of `/metrics` by name; labels are kept in the name. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

/** Starts the server on `folder` and waits until it listens. */
export async function startBenchServer(
  folder: string,
  nodeFlags: readonly string[] = [],
): Promise<BenchServer> {
  const token = "administrator-of-the-bench";
  const child = spawn(
    process.execPath,
    ["--conditions=source", ...nodeFlags, main, "serve", "--port", "0", "--data", folder],
    { env: { ...process.env, WHEREABOUTS_ADMIN_TOKEN: token }, stdio: ["ignore", "pipe", "inherit"] },
  );
  const port = await new Promise<number>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /^listening on \S+:(\d+)$/m.exec(text);
      if (found) resolve(Number(found[1]));
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${String(code)}: ${text}`)));
  });
  const request = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.text() };
  };
  return {
    port,
    token,
    pid: child.pid ?? 0,
    request,
    async metrics() {
      const { body } = await request("GET", "/metrics");
      return new Map(
        body
          .split("\n")
          .filter((line) => line !== "" && !line.startsWith("#"))
          .map((line) => [
            line.slice(0, line.lastIndexOf(" ")),
            Number(line.slice(line.lastIndexOf(" ") + 1)),
          ]),
      );
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A script of this folder running as a process of its own. */
export interface Child {
  readonly pid: number;
  /** Lines it has written to stdout so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line for which `found` is true; rejects when the process ends before. */
  line(found: (line: string, count: number) => boolean): Promise<string>;
  /** kill -9, and waits until it is gone and all its output is read. */
  kill(): Promise<void>;
  /** Waits for its own end; answers the exit code. */
  ended(): Promise<number | null>;
}

interface Watcher {
  readonly found: (line: string, count: number) => boolean;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** Starts `script` (a file name of this folder); `before` is a command that runs it, such as strace. */
export function startChild(script: string, args: readonly string[], before: readonly string[] = []): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const [command = "", ...rest] = [...before, process.execPath, "--conditions=source", path, ...args];
  const cache = getCompileCacheDir();
  const env = cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) };
  const child: ChildProcess = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"], env });
  const lines: string[] = [];
  const watchers = new Set<Watcher>();
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      for (const watcher of watchers) {
        if (!watcher.found(line, lines.length)) continue;
        watchers.delete(watcher);
        watcher.resolve(line);
      }
    });
  }
  const giveUp = async (): Promise<void> => {
    const code = await closed;
    for (const { reject } of watchers)
      reject(new Error(`${script} ended with ${code} after: ${lines.at(-1)}`));
  };
  void giveUp();
  return {
    pid: child.pid ?? 0,
    lines,
    line: (found) => new Promise((resolve, reject) => watchers.add({ found, resolve, reject })),
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
    ended: () => closed,
  };
}

import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker, type Transferable } from "node:worker_threads";
import { Problem } from "#wire";
import type { Calls, Reply } from "./calls.ts";

/** Calls waiting for one thread; more are refused as `overloaded`. */
const MAX_WAITING = 20_000;

/**
 * A thread does not take over the compile cache that this process may have switched on; with it a thread starts in
 * a third of the time and needs 25 MB less, because it has no types to strip.
 */
function environment(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) };
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Who wants to hear what no call waits for. */
export interface ThreadEars {
  /** Told once when the thread dies before it was closed. */
  readonly onDeath?: (problem: Problem) => void;
  readonly onWarning?: (message: string) => void;
}

/** The argument of a method, and its result. */
type Argument<C, M extends keyof C> = C[M] extends (argument: infer A) => unknown ? A : never;
type Result<C, M extends keyof C> = C[M] extends (argument: never) => infer R ? Awaited<R> : never;

/**
 * A thread and the calls to it, answered in order. When the thread dies every waiting and every later call
 * rejects with `storage_failed`.
 */
export class Remote<C extends Calls> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #name: string;
  readonly #gone: Promise<void>;
  #next = 1;
  #death: Problem | undefined;
  #closing = false;

  readonly #ears: ThreadEars;

  /** `module` is the path of the worker's module without extension, relative to this file: "./log-thread". */
  constructor(name: string, module: string, ears: ThreadEars = {}) {
    this.#name = name;
    this.#ears = ears;
    const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    this.#worker = new Worker(new URL(module + extension, import.meta.url), {
      name: `store-${name}`,
      env: environment(),
    });
    this.#worker.on("message", (reply: Reply) => this.#answer(reply));
    this.#worker.on("error", (cause) => this.#die(`died: ${String(cause)}`, cause));
    this.#gone = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#die(`ended with code ${code}`, undefined);
        resolve();
      });
    });
  }

  /** Calls waiting for an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Asks the thread. `transfer` names buffers that move there and must not be used here any more. */
  call<M extends keyof C & string>(
    method: M,
    argument: Argument<C, M>,
    transfer: readonly Transferable[] = [],
  ): Promise<Result<C, M>> {
    if (this.#death) return Promise.reject(this.#death);
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(
        new Problem("overloaded", `${MAX_WAITING} calls wait for the ${this.#name} thread`),
      );
    }
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, argument }, [...transfer]);
    });
  }

  /** Ends the thread after `last` was answered. Idempotent; a thread that died already is no error. */
  async close(last?: () => Promise<unknown>): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      try {
        await last?.();
      } finally {
        await this.#worker.terminate();
      }
    }
    await this.#gone;
  }

  #answer(reply: Reply): void {
    if ("warning" in reply) {
      this.#ears.onWarning?.(`The ${this.#name} thread of the store: ${reply.warning}`);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    if ("failure" in reply) waiting.reject(new Problem(reply.failure.code, reply.failure.message));
    else waiting.resolve(reply.value as never);
  }

  #die(how: string, cause: unknown): void {
    if (this.#death) return;
    this.#death = new Problem("storage_failed", `The ${this.#name} thread of the store ${how}`, { cause });
    for (const waiting of this.#waiting.values()) waiting.reject(this.#death);
    this.#waiting.clear();
    if (!this.#closing) this.#ears.onDeath?.(this.#death);
  }
}

import { isMainThread, parentPort, type Transferable } from "node:worker_threads";
import type { Calls, Failure, Reply, Request } from "./calls.ts";
import { failureOf } from "./failure.ts";

const buffersToMove = new WeakMap<object, readonly Transferable[]>();

/** Marks buffers of an answer as moved, not copied. */
export function moving<T extends object>(answer: T, buffers: readonly Transferable[]): T {
  buffersToMove.set(answer, buffers);
  return answer;
}

/** Tells the thread that started this one of trouble that no call is waiting to hear of. */
export function warn(error: unknown): void {
  parentPort?.postMessage({ warning: failureOf(error).message } satisfies Reply);
}

/**
 * Answers the calls of the thread that started this one, strictly one after another. A call that throws rejects
 * there with a code of the catalogue.
 */
export function serve(calls: Calls): void {
  if (isMainThread || !parentPort) throw new Error("This module runs as a thread of the store");
  const port = parentPort;
  let file = "the database";
  const answer = (reply: Reply): void => {
    const value = "value" in reply ? reply.value : undefined;
    const moved = typeof value === "object" && value !== null ? buffersToMove.get(value) : undefined;
    port.postMessage(reply, [...(moved ?? [])]);
  };
  const refuse = (id: number, failure: Failure): void => port.postMessage({ id, failure } satisfies Reply);
  port.on("message", ({ id, method, argument }: Request) => {
    try {
      const call = calls[method];
      if (!call) throw new Error(`unknown call ${method}`);
      if (method === "open") file = pathIn(argument) ?? file;
      answer({ id, value: call(argument as never) });
    } catch (error) {
      refuse(id, failureOf(error, file));
    }
  });
}

/** Every thread of the store is opened with the path of its one file. */
const pathIn = (argument: unknown): string | undefined =>
  typeof argument === "object" && argument !== null && "path" in argument && typeof argument.path === "string"
    ? argument.path
    : undefined;

import { once } from "node:events";
import { WebSocket } from "ws";

/** What a process holds, in bytes, once what is not needed has been collected. */
export interface Memory {
  readonly heapUsed: number;
  readonly arrayBuffers: number;
}

/** The debugger of a Node process that was started with `--inspect`: looks into it, and has its garbage collected. */
export class Debugger implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting: Map<number, (result: unknown) => void> = new Map();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const { id, result } = JSON.parse(data.toString()) as { id?: number; result?: unknown };
      if (id !== undefined) this.#waiting.get(id)?.(result);
    });
  }

  /** All that a server says it listens for, in the order in which its processes were started. */
  static async all(output: string): Promise<Debugger[]> {
    const urls = Array.from(output.matchAll(/^Debugger listening on (\S+)$/gm), ([, url]) => url!);
    return await Promise.all(
      urls.map(async (url) => {
        const socket = new WebSocket(url);
        await once(socket, "open");
        return new Debugger(socket);
      }),
    );
  }

  async memory(): Promise<Memory> {
    // What a first collection lets go of, a second one frees.
    for (let i = 0; i < 2; i++) await this.#ask("HeapProfiler.collectGarbage", {});
    return (await this.evaluate("process.memoryUsage()")) as Memory;
  }

  /** The value of an expression there. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#ask("Runtime.evaluate", { expression, returnByValue: true });
    return (answer as { result: { value: unknown } }).result.value;
  }

  /** A process waits at its end for whoever looks into it. */
  [Symbol.dispose](): void {
    this.#socket.terminate();
  }

  async #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await promise;
  }
}

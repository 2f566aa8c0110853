import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { Socket } from "node:net";
import type { EpochMs, Milliseconds } from "#geo";
import type { Clock } from "#ports";
import type { Guard } from "./guard.ts";

/** A request to make. */
export interface Post {
  /** Whose connections to use; one set a target, so that no target waits for another one's. */
  readonly owner: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array | string;
  readonly signal: AbortSignal;
}

/** The part of an answer that matters. */
export interface Answered {
  readonly status: number;
  readonly retryAfter?: Milliseconds;
}

/** Bytes of an answer that are read; a connection with more to say is cut. */
const MAX_ANSWER = 65_536;
/** Milliseconds that an answer may take after its head. */
const ANSWER_TIME = 5_000;
/** Milliseconds for which an idle connection is kept. */
const IDLE = 30_000;

/** `Retry-After`: seconds, or a date. */
function retryAfterOf(response: IncomingMessage, now: EpochMs): Milliseconds | undefined {
  const given = response.headers["retry-after"];
  if (given === undefined) return undefined;
  const wait = /^\d{1,9}$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - now;
  return wait > 0 ? wait : undefined;
}

/** Makes POST requests over HTTP(S) with connections that are kept, to hosts that the guard allows. Follows nothing. */
export class Poster {
  readonly #guard: Guard;
  readonly #clock: Clock;
  readonly #connections: number;
  readonly #agents = new Map<string, HttpAgent>();

  /** At most so many connections an owner. */
  constructor(guard: Guard, clock: Clock, connections: number) {
    this.#guard = guard;
    this.#clock = clock;
    this.#connections = connections;
  }

  /** Resolves with the head of the answer. Rejects with what went wrong on the network, or `Trouble`. */
  async post(post: Post): Promise<Answered> {
    this.#guard.check(post.url.hostname);
    try {
      return await this.#once(post);
    } catch (error) {
      // The other side closed a kept connection while the request was on its way to it: it never saw the request.
      if (!(error instanceof StaleConnection) || post.signal.aborted) throw error;
      return await this.#once(post);
    }
  }

  /** Closes the connections of an owner. */
  forget(owner: string): void {
    for (const scheme of ["http:", "https:"]) {
      this.#agents.get(`${scheme} ${owner}`)?.destroy();
      this.#agents.delete(`${scheme} ${owner}`);
    }
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #once({ owner, url, headers, body, signal }: Post): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const options = { method: "POST", headers, agent: this.#agent(url.protocol, owner) };
      const request: ClientRequest =
        url.protocol === "https:" ? requestHttps(url, options) : requestHttp(url, options);
      const abort = (): void => void request.destroy(new DOMException("given up", "AbortError"));
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort, { once: true });
      request.once("response", (response) => {
        this.#drain(response);
        const retryAfter = retryAfterOf(response, this.#clock.now());
        resolve({ status: response.statusCode ?? 0, ...(retryAfter !== undefined && { retryAfter }) });
      });
      request.on("error", (error) => {
        const code = "code" in error ? error.code : "";
        const stale = request.reusedSocket && (code === "ECONNRESET" || code === "EPIPE");
        reject(stale ? new StaleConnection(error) : error);
      });
      request.end(body);
    });
  }

  /** Reads the rest, so that the connection can be used again; not for ever. */
  #drain(response: IncomingMessage): void {
    let bytes = 0;
    const cancel = this.#clock.after(ANSWER_TIME, () => response.destroy());
    response.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER) response.destroy();
    });
    response.on("error", () => {});
    response.once("close", cancel);
  }

  #agent(scheme: string, owner: string): HttpAgent {
    const key = `${scheme} ${owner}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const options = {
      keepAlive: true,
      maxSockets: this.#connections,
      timeout: IDLE,
      lookup: this.#guard.lookup,
    };
    const agent = scheme === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (to, callback) => {
      const socket = connect(to, callback);
      return socket instanceof Socket ? this.#guard.watch(socket) : socket;
    };
    this.#agents.set(key, agent);
    return agent;
  }
}

/** A kept connection turned out to be closed. */
class StaleConnection extends Error {
  readonly code = "ECONNRESET";

  constructor(cause: Error) {
    super("a kept connection was closed", { cause });
    this.name = "StaleConnection";
  }
}

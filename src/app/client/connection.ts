import { Agent, type IncomingMessage, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { text } from "node:stream/consumers";

/** An answer of the server, read whole. */
export interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** What goes out. */
export interface Outgoing {
  readonly method: string;
  /** Below the server's address, with its query: `/api/positions?mode=import`. */
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Speaks to one Whereabouts server over connections that are kept. */
export interface Connection {
  readonly url: URL;
  /** Rejects when the connection fails or is refused. An answer of any status resolves. */
  ask(outgoing: Outgoing): Promise<Reply>;
  /** The same, with the body still to be read. */
  open(outgoing: Outgoing): Promise<IncomingMessage>;
  close(): void;
}

/** How long a server may stay silent within one request; a group commit takes milliseconds. */
const SILENCE_MS = 30_000;

/** A connection to the server at `url`, with a bearer token if it needs one, in a workspace if it is named. */
export function connectTo(url: URL, token?: string, workspace?: string): Connection {
  const tls = url.protocol === "https:";
  const agent = tls ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const open = (outgoing: Outgoing): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { method, path, body, signal } = outgoing;
      const headers: Record<string, string> = { accept: "application/json" };
      if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
      if (workspace !== undefined) headers["whereabouts-workspace"] = workspace;
      if (body !== undefined) {
        headers["content-type"] = outgoing.type ?? "application/json";
        headers["content-length"] = String(Buffer.byteLength(body));
      }
      const options = { method, headers, agent, ...(signal && { signal }) };
      const outbound = (tls ? tlsRequest : request)(new URL(`.${path}`, withSlash(url)), options, resolve);
      outbound.setTimeout(SILENCE_MS, () => {
        outbound.destroy(new Error(`no answer from ${url.origin} within ${SILENCE_MS / 1000} s`));
      });
      outbound.on("error", reject);
      outbound.end(body);
    });
  return {
    url,
    open,
    async ask(outgoing) {
      const answer = await open(outgoing);
      const { "retry-after": retryAfter } = answer.headers;
      return { status: answer.statusCode ?? 0, retryAfter, body: await text(answer) };
    },
    close: () => agent.destroy(),
  };
}

function withSlash(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.pathname}/`, url);
}

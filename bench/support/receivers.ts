import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { seededRandom } from "./random.ts";

/** How the endpoints behave: number 0 never answers, number 1 fails half of the time, the rest are well. */
export interface ReceiversOrder {
  readonly count: number;
  /** Milliseconds until an endpoint answers. */
  readonly latency: number;
  readonly seed: number;
}

/** What arrived: ids of alerts that were answered with 2xx, with the time of their first arrival (epoch ms). */
export type Arrivals = readonly (readonly [id: string, at: number])[];

/** Runs in a process of its own: starts endpoints, tells their ports, and on every message tells what arrived. */
export async function serveReceivers({ count, latency, seed }: ReceiversOrder): Promise<void> {
  const random = seededRandom(seed);
  const arrived = new Map<string, number>();
  const serve = (endpoint: number, request: IncomingMessage, response: ServerResponse): void => {
    const at = Date.now();
    request.resume();
    if (endpoint === 0) return;
    const fails = endpoint === 1 && random() < 0.5;
    setTimeout(() => {
      response.writeHead(fails ? 500 : 204).end();
      const id = String(request.headers["webhook-id"]);
      if (!fails && !arrived.has(id)) arrived.set(id, at);
    }, latency);
  };
  const ports = await Promise.all(
    Array.from({ length: count }, async (_, endpoint) => {
      const server = createServer((request, response) => serve(endpoint, request, response));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return (server.address() as AddressInfo).port;
    }),
  );
  process.send?.(ports);
  process.on("message", () => {
    process.send?.([...arrived] satisfies Arrivals);
    arrived.clear();
  });
  process.on("disconnect", () => process.exit());
}

import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An alert as a webhook gets it, with the fields that the tests compare. */
export interface HookedAlert {
  /** `webhook-id`: one an alert, the same on every attempt. */
  readonly id: string;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly device: string;
    readonly fix: string;
    readonly withdraws?: string;
  };
}

/** A real HTTP server on loopback that keeps the alerts that it took. */
export interface Hook extends AsyncDisposable {
  readonly url: string;
  readonly alerts: readonly HookedAlert[];
  /** Resolves once `done` holds; asked again after each alert that was taken. */
  until(done: (alerts: readonly HookedAlert[]) => boolean): Promise<void>;
}

/** Starts a receiver. `refuses` says of each request whether it is answered with 503. */
export async function startHook(refuses: () => boolean = () => false): Promise<Hook> {
  const alerts: HookedAlert[] = [];
  const waiting = new Set<() => void>();
  const take = (id: string, body: string, response: ServerResponse): void => {
    if (refuses()) {
      response.writeHead(503).end();
      return;
    }
    const { data } = JSON.parse(body) as { data: Omit<HookedAlert, "id"> };
    alerts.push({ id, event: data.event });
    response.writeHead(204).end();
    for (const look of waiting) look();
  };
  const server = createServer((request, response) => {
    text(request).then(
      (body) => take(String(request.headers["webhook-id"]), body, response),
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    alerts,
    until: (done) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!done(alerts)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

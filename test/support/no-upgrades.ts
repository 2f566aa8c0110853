import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy like those of some offices: plain HTTP comes through, every upgrade to a WebSocket is dropped. */
export interface NoUpgrades extends AsyncDisposable {
  readonly url: string;
  /** Paths of the upgrades that it dropped. */
  readonly dropped: readonly string[];
}

/** Puts such a proxy in front of a server. */
export async function withoutUpgrades(url: string): Promise<NoUpgrades> {
  const { hostname, port } = new URL(url);
  const dropped: string[] = [];
  const proxy = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    const forwarded = request({ hostname, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    forwarded.on("error", () => answer.destroy());
    answer.on("close", () => forwarded.destroy());
    asked.pipe(forwarded);
  });
  proxy.on("upgrade", ({ url: path = "" }, socket) => {
    dropped.push(path.split("?")[0] ?? "");
    socket.destroy();
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    dropped,
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, "close");
    },
  };
}

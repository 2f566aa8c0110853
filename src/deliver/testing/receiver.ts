import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Port that it came from: tells connections apart. */
  readonly from: number;
}

/** An HTTP server on loopback that keeps what it gets. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How it answers; 204 unless told otherwise. */
  answer: (received: Received, response: ServerResponse) => void;
  /** Ends with every connection. */
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Starts a receiver on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: (_, response) => void response.writeHead(204).end(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const from = request.socket.remotePort ?? 0;
    const body = await bodyOf(request);
    const received = { path: request.url ?? "", headers: request.headers, body, from };
    receiver.received.push(received);
    receiver.answer(received, response);
  };
  server.on("request", (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  return receiver;
}

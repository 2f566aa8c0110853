import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { connectTo } from "./connection.ts";
import { sendBatch } from "./sender.ts";

type Answer = (response: ServerResponse) => void;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that gives one answer after the other, and what it was sent. */
async function serverWith(answers: Answer[]): Promise<{ url: URL; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bodies.push(`${request.headers.authorization ?? ""} ${request.url ?? ""} ${body}`);
      answers.shift()?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), bodies };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(JSON.stringify(body));
const taken = json(200, { accepted: 1, duplicate: 1, rejected: [] });

/** Notes the waits in place of waiting. */
function patience(tries?: number) {
  const waits: number[] = [];
  const whys: string[] = [];
  return {
    waits,
    whys,
    options: {
      onRetry: (why: string) => whys.push(why),
      wait: async (ms: number) => {
        waits.push(ms);
      },
      ...(tries !== undefined && { tries }),
    },
  };
}

describe("sending a batch", () => {
  it("waits out refusals, as long as it is asked to, and sends the same again", async () => {
    const { url, bodies } = await serverWith([
      json(503, { code: "overloaded", detail: "too much" }, { "retry-after": "3" }),
      (response) => response.destroy(),
      json(500, { detail: "odd", code: "internal" }),
      taken,
    ]);
    const { waits, whys, options } = patience();
    const connection = connectTo(url, "secret");
    closers.push(() => connection.close());
    expect(await sendBatch(connection, "/api/positions", ['{"a":1}', '{"b":2}'], options)).toEqual({
      accepted: 1,
      duplicate: 1,
      rejected: [],
    });
    expect(waits).toEqual([3000, 200, 400]);
    expect(whys[0]).toBe("the server answered 503: too much (overloaded)");
    expect(bodies).toEqual(Array(4).fill('Bearer secret /api/positions {"a":1}\n{"b":2}\n'));
  });

  it("ends at once where trying again cannot help", async () => {
    const { url } = await serverWith([json(401, { code: "invalid_token", detail: "not known" })]);
    const connection = connectTo(url);
    closers.push(() => connection.close());
    await expect(sendBatch(connection, "/api/positions", ["{}"], patience().options)).rejects.toThrow(
      "the server answered 401: not known (invalid_token)",
    );
  });

  it("doubles its waits up to two seconds while nobody listens, and gives up when told to", async () => {
    const { url } = await serverWith([]);
    for (const close of closers.splice(0)) close();
    const { waits, options } = patience(8);
    const connection = connectTo(url);
    await expect(sendBatch(connection, "/x", ["{}"], options)).rejects.toThrow(`cannot reach ${url.origin}`);
    expect(waits).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  });
});

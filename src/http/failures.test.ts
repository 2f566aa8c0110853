import { once } from "node:events";
import { Agent, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { Problem } from "#wire";
import { redactUrl } from "./redact.ts";
import { bearer, serve } from "./testing/serve.ts";

const post = {
  method: "POST",
  url: "/api/devices",
  headers: { ...bearer("admin"), "content-type": "application/json" },
} as const;

describe("failures", () => {
  it.each<[string, string | Buffer, string]>([
    ["half an object", "{", "invalid_json"],
    ["NaN", '{"id":NaN}', "invalid_json"],
    ["nothing", "", "invalid_json"],
    ["invalid UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "invalid_encoding"],
    ["__proto__", '{"id":"a","x":[{"__proto__":{}}]}', "forbidden_key"],
    ["a key that is there twice", '{"id":"a","id":"b"}', "duplicate_key"],
    ["constructor", '{"constructor":{"prototype":{}}}', "forbidden_key"],
    ["an escaped __proto__", String.raw`{"id":"a","\u005f_proto__":{}}`, "forbidden_key"],
    ["an array 10,000 deep", `${"[".repeat(10_000)}${"]".repeat(10_000)}`, "invalid_body"],
  ])("refuses a body of %s", async (_, payload, code) => {
    const answer = await serve().server.inject({ ...post, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(answer.json()).toMatchObject({ code, status: 400 });
  });

  it("refuses other content types by name", async () => {
    const answer = await serve().server.inject({
      ...post,
      headers: { ...post.headers, "content-type": "text/xml" },
      payload: "<a/>",
    });
    expect(answer.json()).toMatchObject({
      code: "unsupported_media_type",
      detail: 'content-type is "text/xml"',
    });
  });

  it("answers a body of 50 MB over a socket, before and after it was sent", async () => {
    const { server } = serve();
    await server.listen({ port: 0, host: "127.0.0.1" });
    const { port } = server.server.address() as AddressInfo;
    const body = Buffer.alloc(50_000_000, 0x20);
    const agent = new Agent({ keepAlive: true });
    for (const length of [{ "content-length": String(body.length) }, { "transfer-encoding": "chunked" }]) {
      const answer = await new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
        const headers = { ...post.headers, ...length };
        const sent = request(
          { port, host: "127.0.0.1", method: "POST", path: "/api/devices", headers, agent },
          (response) => {
            text(response).then(
              (body) => resolve({ status: response.statusCode, body: JSON.parse(body) }),
              reject,
            );
          },
        );
        sent.on("error", reject);
        sent.end(body);
      });
      expect(answer).toMatchObject({
        status: 413,
        body: { code: "body_too_large", detail: expect.stringContaining("1048576") as string },
      });
    }
    agent.destroy();
    await server.close();
  });

  it("takes the rest of a body that it refuses, and goes on with the next request", async () => {
    const { server } = serve();
    await server.listen({ host: "127.0.0.1", port: 0 });
    const socket = connect((server.server.address() as AddressInfo).port, "127.0.0.1");
    let answers = "";
    socket.on("data", (chunk) => {
      answers += chunk;
      if (answers.includes("body_too_large") && !answers.includes("HTTP/1.1 200")) more();
      if (answers.includes("HTTP/1.1 200")) socket.end();
    });
    // The rest is sent only when the answer is there: a server that had closed would answer it with a reset.
    const more = (): void => {
      for (let i = 0; i < 49; i++) socket.write(Buffer.alloc(1_000_000, 0x20));
      socket.write("GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n");
    };
    socket.write(
      `POST /api/devices HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer admin\r\nContent-Type: application/json\r\n` +
        `Content-Length: 50000000\r\n\r\n`,
    );
    socket.write(Buffer.alloc(1_000_000, 0x20));
    await once(socket, "close");
    await server.close();
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 413", "HTTP/1.1 200"]);
  });

  it("tells nothing of an unexpected failure, and logs it", async () => {
    const lines: string[] = [];
    const logger = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
    const { server } = serve({
      logger,
      readiness: () => {
        throw new Error("secret inside");
      },
    });
    const answer = await server.inject({ url: "/readyz?token=view", headers: {} });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: "internal" });
    expect(answer.body).not.toMatch(/secret|\.ts|at /);
    expect(lines.join("")).toContain("secret inside");
    expect(lines.join("")).not.toContain("token=view");
  });

  it("says when to come back from a temporary failure", async () => {
    const { server } = serve({ readiness: () => ["the log is still being read"] });
    const answer = await server.inject("/readyz?token=view");
    expect(answer.statusCode).toBe(503);
    expect(answer.headers["retry-after"]).toBe("1");
    expect(answer.json()).toMatchObject({ code: "not_ready", detail: "the log is still being read" });
  });

  it("refuses what comes while it stops, and finishes what it has begun", async () => {
    let release = (): void => undefined;
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const held = new Promise<readonly string[]>((resolve) => {
      release = () => resolve([]);
    });
    const { server } = serve({
      readiness: () => {
        begun();
        return held;
      },
    });
    await server.listen({ port: 0, host: "127.0.0.1" });
    const { port } = server.server.address() as AddressInfo;
    const slow = fetch(`http://127.0.0.1:${port}/readyz?token=view`);
    await started;
    const closed = server.close();
    release();
    expect((await slow).status).toBe(200);
    await closed;
    await server.close();
  });

  it("passes a problem that a route throws on as it is", async () => {
    const { server } = serve({
      readiness: () => {
        throw new Problem("storage_full", "the disk is full");
      },
    });
    expect((await server.inject("/readyz?token=view")).json()).toMatchObject({ code: "storage_full" });
  });
});

describe("operations", () => {
  it("prints metrics of requests and positions to those who may see them", async () => {
    const { server } = serve();
    server.metrics.countPositions("positions", { accepted: 3, duplicate: 1, rejected: 0 });
    await server.inject("/healthz");
    const { body } = await server.inject("/metrics?token=view");
    expect(body).toContain('whereabouts_positions_total{door="positions",result="accepted"} 3');
    expect(body).toContain(
      'whereabouts_http_request_seconds_count{method="GET",route="/healthz",status="2xx"} 1',
    );
    expect(body).toContain("whereabouts_store_up 1");
    expect(body).toContain("whereabouts_store_segments 2\n");
    expect(body).toContain("process_cpu_seconds_total");
    expect((await server.inject("/metrics")).statusCode).toBe(401);
  });

  it("sends strict headers with every answer", async () => {
    const { headers } = await serve().server.inject("/nowhere");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
    });
  });
});

describe("redactUrl", () => {
  it.each([
    ["/osmand?id=a&token=wa_x&lat=1", "/osmand?id=a&token=[redacted]&lat=1"],
    ["/osmand?TOKEN=wa_x", "/osmand?TOKEN=[redacted]"],
    ["/sign-in/abc?x=1", "/sign-in/[redacted]?x=1"],
    ["/api/devices", "/api/devices"],
    ["/s/abc_-1?embed", "/s/[redacted]?embed"],
    ["/s/abc/track.json?device=x", "/s/[redacted]/track.json?device=x"],
    ["/api/live?bbox=1&share=abc", "/api/live?bbox=1&share=[redacted]"],
    ["/sign-in?to=%2Fs%2Fabc%2F", "/sign-in?to=%2Fs%2F[redacted]%2F"],
  ])("makes of %s %s", (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });
});

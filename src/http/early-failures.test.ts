import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { bearer, serve } from "./testing/serve.ts";

describe("what fails before there is a route", () => {
  it.each(["/api/devices/%zz", "/%", `/api/devices/${"x".repeat(1100)}`])(
    "refuses the path %s by name",
    async (url) => {
      const answer = await serve().server.inject({ url, headers: bearer("view") });
      expect(answer.statusCode).toBe(400);
      expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
      expect(answer.json()).toMatchObject({ code: "invalid_parameter" });
    },
  );

  it.each([
    ["GARBAGE\r\n\r\n", "not valid HTTP"],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(40_000)}\r\n\r\n`, "headers are too long"],
    ["FOO / HTTP/1.1\r\nHost: x\r\n\r\n", "not valid HTTP"],
  ])("answers %j as a problem and hangs up", async (request, part) => {
    const { server } = serve();
    await server.listen({ port: 0, host: "127.0.0.1" });
    const socket = connect((server.server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(request);
    const answer = await text(socket);
    await server.close();
    const [head, body] = answer.split("\r\n\r\n");
    expect(head).toContain("HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json");
    const problem = JSON.parse(body!) as Record<string, string>;
    expect(problem["code"]).toBe("invalid_request");
    expect(problem["detail"]).toContain(part);
  });

  it("answers an unknown route and method as such to whoever may read", async () => {
    const { server } = serve();
    const post = await server.inject({
      method: "POST",
      url: "/nowhere",
      headers: bearer("view"),
      payload: {},
    });
    expect(post.json()).toMatchObject({ code: "unknown_route" });
    const trace = await server.inject({
      method: "TRACE" as "GET",
      url: "/api/devices",
      headers: bearer("view"),
    });
    expect(trace.json()).toMatchObject({ code: "method_not_allowed" });
  });
});

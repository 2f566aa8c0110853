import { describe, expect, it } from "vitest";
import { SESSION_COOKIE } from "./cookie.ts";
import { hashSecret } from "./secrets.ts";
import { bearer, serve, type Served } from "./testing/serve.ts";

const signedIn = (): Served & { cookie: string } => {
  const served = serve();
  const now = served.clock.now();
  const scopes = ["admin"] as const;
  served.sessionRecords.push({
    hash: hashSecret("s"),
    workspace: "main",
    scopes,
    createdAt: now,
    expiresAt: now + 1e6,
  });
  return { ...served, cookie: `${SESSION_COOKIE}=s` };
};

const status = async (
  { server }: Served,
  method: "GET" | "POST" | "DELETE",
  headers: object,
): Promise<unknown> => {
  const url = method === "DELETE" ? "/api/fences/f" : method === "GET" ? "/api/fences" : "/api/devices";
  const answer = await server.inject({
    method,
    url,
    headers: { ...headers },
    ...(method === "POST" && { payload: { id: "d" } }),
  });
  return (answer.json() as { code?: string }).code ?? answer.statusCode;
};

describe("gate", () => {
  it("lets view read and admin change, and ingest neither", async () => {
    const served = serve();
    expect(await status(served, "GET", bearer("view"))).toBe(200);
    expect(await status(served, "GET", bearer("admin"))).toBe(200);
    expect(await status(served, "GET", bearer("ingest"))).toBe("forbidden");
    expect(await status(served, "POST", bearer("view"))).toBe("forbidden");
    expect(await status(served, "POST", bearer("ingest"))).toBe("forbidden");
    expect(await status(served, "POST", bearer("admin"))).toBe(201);
    expect(await status(served, "GET", bearer("wrong"))).toBe("invalid_token");
  });

  it("takes ?token= for reading, and never for changing", async () => {
    const { server } = serve();
    expect((await server.inject("/api/fences?token=view")).statusCode).toBe(200);
    const change = await server.inject({
      method: "POST",
      url: "/api/devices?token=admin",
      payload: { id: "d" },
    });
    expect(change.statusCode).toBe(401);
  });

  it("takes changes with a cookie from its own pages only", async () => {
    const served = signedIn();
    const { cookie } = served;
    expect(await status(served, "GET", { cookie })).toBe(200);
    const changes: [Record<string, string>, unknown][] = [
      [{}, "cross_site"],
      [{ "sec-fetch-site": "cross-site" }, "cross_site"],
      [{ "sec-fetch-site": "same-site" }, "cross_site"],
      [{ origin: "https://evil.example" }, "cross_site"],
      [{ origin: "null" }, "cross_site"],
      [{ origin: "http://localhost" }, 201],
    ];
    for (const [headers, expected] of changes) {
      expect(await status(served, "POST", { cookie, ...headers })).toBe(expected);
    }
    expect(await status(served, "DELETE", { cookie, "sec-fetch-site": "same-origin" })).toBe("unknown_fence");
  });

  it("answers an unknown route and a wrong method by name, to those who may ask", async () => {
    const { server } = serve();
    const unknown = await server.inject({ url: "/nowhere/at/all?token=view" });
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json()).toMatchObject({
      code: "unknown_route",
      detail: "there is nothing at /nowhere/at/all",
    });
    const method = await server.inject({ method: "PUT", url: "/api/devices/a", headers: bearer("admin") });
    expect(method.statusCode).toBe(405);
    expect(method.headers.allow).toBe("DELETE, GET, HEAD, PATCH");
    expect(method.json()).toMatchObject({ code: "method_not_allowed" });
  });

  it("says of an ended session that it has ended", async () => {
    const { server } = serve();
    const answer = await server.inject({ url: "/api/fences", headers: { cookie: `${SESSION_COOKIE}=old` } });
    expect(answer.json()).toMatchObject({ code: "unauthenticated", detail: "the session has ended" });
  });
});

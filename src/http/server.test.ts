import { describe, expect, it } from "vitest";
import { bearer, serve } from "./testing/serve.ts";

describe("createHttpServer", () => {
  it("answers /healthz to anybody and nothing else", async () => {
    const { server } = serve();
    expect((await server.inject("/healthz")).statusCode).toBe(200);
    for (const url of ["/api/devices", "/readyz", "/metrics", "/nowhere", "/api/session"]) {
      const answer = await server.inject(url);
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: "unauthenticated" });
      expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
    }
  });

  it("sends a browser to the sign-in page and keeps where it wanted to go", async () => {
    const { server } = serve();
    const answer = await server.inject({ url: "/?a=1", headers: { accept: "text/html" } });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe("/sign-in?to=%2F%3Fa%3D1");
  });

  it("creates a fence, gives it back and lists it", async () => {
    const { server } = serve();
    const created = await server.inject({
      method: "POST",
      url: "/api/fences",
      headers: bearer("admin"),
      payload: {
        type: "Feature",
        geometry: { type: "Point", coordinates: [7, 43] },
        properties: { name: "Port", radius: 50 },
      },
    });
    expect(created.statusCode).toBe(201);
    const { id } = created.json() as { id: string };
    const one = await server.inject({ url: `/api/fences/${id}`, headers: bearer("view") });
    expect(one.json()).toMatchObject({ id, properties: { name: "Port", radius: 50 } });
    const list = await server.inject({ url: "/api/fences", headers: bearer("view") });
    expect((list.json() as { fences: unknown[] }).fences).toHaveLength(1);
  });
});

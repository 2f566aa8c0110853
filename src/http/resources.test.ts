import { describe, expect, it } from "vitest";
import type { Editor } from "#ports";
import { makeFakes } from "./testing/fakes.ts";
import type { SequencedEvent } from "#wire";
import { bearer, serve, type Served } from "./testing/serve.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const ask = async (
  { server }: Served,
  method: Method,
  url: string,
  payload?: object,
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const headers = bearer(method === "GET" ? "view" : "admin");
  const answer = await server.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
  const body = answer.body === "" ? {} : (answer.json() as Record<string, unknown>);
  return { status: answer.statusCode, body };
};

const square = {
  type: "Polygon",
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  ],
};
const feature = (properties: object = {}, more: object = {}): object => ({
  type: "Feature",
  geometry: square,
  properties,
  ...more,
});

describe("/api/devices", () => {
  it("registers, describes, lists in pages and deletes", async () => {
    const served = serve();
    for (const id of ["c", "a", "b/1"]) {
      expect(await ask(served, "POST", "/api/devices", { id, name: `Device ${id}` })).toMatchObject({
        status: 201,
        body: { id, name: `Device ${id}`, inside: [] },
      });
    }
    expect(await ask(served, "POST", "/api/devices", { id: "a" })).toMatchObject({ status: 409 });
    const first = await ask(served, "GET", "/api/devices?limit=2");
    expect(first.body).toMatchObject({
      devices: [{ id: "a" }, { id: "b/1" }],
      next: expect.any(String) as string,
    });
    const second = await ask(served, "GET", `/api/devices?limit=2&after=${String(first.body["next"])}`);
    expect(second.body).toMatchObject({
      devices: [{ id: "c" }],
      next: null,
      cursor: expect.any(String) as string,
    });

    const url = "/api/devices/b%2F1";
    expect(await ask(served, "PATCH", url, { icon: "bus" })).toMatchObject({
      body: { name: "Device b/1", icon: "bus" },
    });
    expect((await ask(served, "PATCH", url, { name: null })).body).not.toHaveProperty("name");
    expect(served.news.at(-1)).toEqual({
      kind: "device-described",
      workspace: "main",
      device: "b/1",
      label: { icon: "bus" },
    });
    expect(await ask(served, "DELETE", url)).toEqual({ status: 204, body: {} });
    expect(await ask(served, "GET", url)).toMatchObject({ status: 404, body: { code: "unknown_device" } });
    expect(await ask(served, "DELETE", url)).toMatchObject({ status: 404 });
  });

  it.each<[Method, string, object | undefined, string]>([
    ["POST", "/api/devices", { id: "" }, "invalid_device"],
    ["POST", "/api/devices", [], "invalid_body"],
    ["POST", "/api/devices", { id: "x", name: 7 }, "invalid_field"],
    ["PATCH", "/api/devices/none", { name: "x" }, "unknown_device"],
    ["GET", "/api/devices?limit=0", undefined, "invalid_parameter"],
    ["GET", "/api/devices?limit=1001", undefined, "invalid_parameter"],
    ["GET", "/api/devices?limit=5&limit=6", undefined, "invalid_parameter"],
    ["GET", "/api/devices?after=nonsense", undefined, "invalid_cursor"],
    ["GET", "/api/devices/%07", undefined, "invalid_parameter"],
    ["GET", `/api/devices/${"x".repeat(200)}`, undefined, "invalid_parameter"],
  ])("refuses %s %s %j", async (method, url, payload, code) => {
    expect((await ask(serve(), method, url, payload)).body).toMatchObject({ code });
  });
});

describe("/api/fences", () => {
  it("creates, replaces, patches, lists and deletes", async () => {
    const served = serve();
    const made = await ask(
      served,
      "POST",
      "/api/fences",
      feature({ name: "Port", colour: "red" }, { id: "port" }),
    );
    expect(made).toMatchObject({
      status: 201,
      body: { id: "port", properties: { version: 1, colour: "red" } },
    });
    expect(await ask(served, "POST", "/api/fences", feature({}, { id: "port" }))).toMatchObject({
      status: 409,
    });
    const put = await ask(served, "PUT", "/api/fences/port", feature({ name: "Harbour" }));
    expect(put).toMatchObject({ status: 200, body: { properties: { name: "Harbour", version: 2 } } });
    expect(put.body["properties"]).not.toHaveProperty("colour");
    expect(await ask(served, "PUT", "/api/fences/new", feature())).toMatchObject({ status: 201 });
    const changes = { properties: { exitMargin: 30, name: null } };
    const patched = await ask(served, "PATCH", "/api/fences/port", changes);
    expect(patched.body).toMatchObject({
      geometry: square,
      properties: { exitMargin: 30, name: "Unnamed fence" },
    });
    const list = await ask(served, "GET", "/api/fences?limit=1");
    expect(list.body).toMatchObject({ fences: [{ id: "new" }], next: expect.any(String) as string });
    const collection = await ask(served, "GET", "/api/fences?format=geojson");
    expect(collection.body).toMatchObject({
      type: "FeatureCollection",
      features: [{ id: "new" }, { id: "port" }],
    });
    expect(await ask(served, "DELETE", "/api/fences/port")).toEqual({ status: 204, body: {} });
    expect(await ask(served, "GET", "/api/fences/port")).toMatchObject({ body: { code: "unknown_fence" } });
  });

  it("judges each Feature of a collection for itself", async () => {
    const features = [feature(), { type: "Feature" }, feature({}, { id: "x" }), feature({}, { id: "x" })];
    const { status, body } = await ask(serve(), "POST", "/api/fences", {
      type: "FeatureCollection",
      features,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      created: [{ index: 0 }, { index: 2, id: "x" }],
      rejected: [
        { index: 1, code: "invalid_geometry" },
        { index: 3, code: "conflict" },
      ],
    });
  });

  it("creates the Features of a collection together, so that they share a commit", async () => {
    const second = Promise.withResolvers<void>();
    let under = 0;
    const { editor } = makeFakes();
    // The first waits for the second: one after the other they would wait for ever.
    const putFence: Editor["putFence"] = async (draft, mode) => {
      if (++under === 2) second.resolve();
      await second.promise;
      return await editor.putFence(draft, mode);
    };
    const served = serve({ editor: { ...editor, putFence } });
    const features = [feature({}, { id: "a" }), feature({}, { id: "b" }), feature({}, { id: "c" })];
    const { body } = await ask(served, "POST", "/api/fences", { type: "FeatureCollection", features });
    expect(body).toEqual({
      created: [
        { index: 0, id: "a" },
        { index: 1, id: "b" },
        { index: 2, id: "c" },
      ],
      rejected: [],
    });
  });

  it("asks the fence room about the geometry", async () => {
    const checkGeometry = (): { code: "invalid_geometry"; detail: string } => ({
      code: "invalid_geometry",
      detail: "the ring crosses itself at [0.5, 0.5]",
    });
    const { body } = await ask(serve({ checkGeometry }), "POST", "/api/fences", feature());
    expect(body).toMatchObject({ code: "invalid_geometry", detail: "the ring crosses itself at [0.5, 0.5]" });
  });

  it("refuses another id than the path's, and a million vertices", async () => {
    const served = serve();
    expect(await ask(served, "PUT", "/api/fences/a", feature({}, { id: "b" }))).toMatchObject({
      body: { code: "invalid_fence" },
    });
    const many = Array.from({ length: 1_000_000 }, () => [12.345678, 45.678901]);
    const huge = { type: "Feature", geometry: { type: "Polygon", coordinates: [many] }, properties: {} };
    expect(await ask(served, "POST", "/api/fences", huge)).toMatchObject({
      status: 413,
      body: { code: "too_many_vertices", detail: expect.stringContaining("1000000") as string },
    });
  });
});

const event = (seq: number, type: "enter" | "exit"): SequencedEvent => ({
  seq,
  event: {
    id: `e${seq}`,
    workspace: "main",
    type,
    device: "a",
    fence: "f",
    fenceVersion: 1,
    time: 1_777_000_000_000 + seq,
    fix: 1_777_000_000_500,
    detectedAt: 1_777_000_001_000,
    lon: 1,
    lat: 2,
  },
});

describe("/api/events", () => {
  it("gives pages and always a cursor for the end", async () => {
    const served = serve();
    served.feed.push(event(1, "enter"), event(2, "exit"), event(3, "enter"));
    const first = await ask(served, "GET", "/api/events?limit=2");
    expect(first.body).toMatchObject({
      events: [{ id: "e1", time: "2026-04-24T03:06:40.001Z" }, { id: "e2" }],
    });
    expect(first.body["next"]).toBe(first.body["cursor"]);
    const rest = await ask(served, "GET", `/api/events?after=${String(first.body["cursor"])}`);
    expect(rest.body).toMatchObject({ events: [{ id: "e3" }], next: null });
    const none = await ask(served, "GET", `/api/events?after=${String(rest.body["cursor"])}`);
    expect(none.body).toEqual({ events: [], next: null, cursor: rest.body["cursor"] });
    expect((await ask(served, "GET", "/api/events?type=exit")).body).toMatchObject({
      events: [{ id: "e2" }],
    });
    expect((await ask(served, "GET", "/api/events?order=newest&limit=1")).body).toMatchObject({
      events: [{ id: "e3" }],
    });
  });

  it("refuses a cursor of another feed, unknown types and wrong times", async () => {
    for (const [query, code] of [
      ["after=1.other.5", "invalid_cursor"],
      ["after=x", "invalid_cursor"],
      ["type=party", "invalid_parameter"],
      ["from=yesterday", "invalid_parameter"],
      ["order=best", "invalid_parameter"],
    ]) {
      expect((await ask(serve(), "GET", `/api/events?${query}`)).body).toMatchObject({ code });
    }
  });
});

describe("/api/tokens", () => {
  it("shows a token once, keeps its hash only, and revokes it", async () => {
    const served = serve();
    const made = await ask(served, "POST", "/api/tokens", { name: "Van 7", scopes: ["ingest"] });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      scopes: ["ingest"],
      register: true,
      token: expect.stringMatching(/^wa_[\w-]{43}$/) as string,
    });
    const { id, token } = made.body as { id: string; token: string };
    const list = await served.server.inject({ url: "/api/tokens?limit=1000", headers: bearer("admin") });
    expect(list.body).toContain("Van 7");
    expect(list.body).not.toContain(token);
    expect(JSON.stringify(served.tokenRecords)).not.toContain(token);
    expect((await served.server.inject({ url: "/api/tokens", headers: bearer("view") })).statusCode).toBe(
      403,
    );
    expect((await ask(served, "DELETE", `/api/tokens/${id}`)).status).toBe(204);
    expect((await served.server.inject({ url: "/api/session", headers: bearer(token) })).statusCode).toBe(
      401,
    );
    expect(await ask(served, "DELETE", `/api/tokens/${id}`)).toMatchObject({ body: { code: "not_found" } });
  });

  it.each([
    [{}],
    [{ scopes: [] }],
    [{ scopes: ["root"] }],
    [{ scopes: ["view"], name: 7 }],
    [{ scopes: ["view"], register: "yes" }],
    [{ scopes: ["view"], expiresAt: "2020-01-01T00:00:00Z" }],
  ])("refuses %j", async (payload) => {
    expect((await ask(serve(), "POST", "/api/tokens", payload)).body).toMatchObject({
      code: "invalid_field",
    });
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { ask } from "./testing/ask.ts";
import { serve, type Served } from "./testing/serve.ts";
import { fenceOf } from "./testing/things.ts";

const url = "/api/fences/depot%2F1/recompute";

let served: Served;

beforeEach(() => {
  served = serve();
  served.fenceMap.set("depot/1", fenceOf("depot/1", { version: 4 }));
});

describe("/api/fences/{id}/recompute", () => {
  it("begins, tells how far it is, and stops", async () => {
    expect((await ask(served, "GET", url)).body).toMatchObject({ code: "not_found" });
    const job = await ask(served, "POST", url, { hours: 48 });
    expect(job).toMatchObject({
      status: 202,
      headers: { location: url },
      body: {
        fence: "depot/1",
        fenceVersion: 4,
        from: "2026-04-29T00:00:00.000Z",
        state: "running",
        devices: 3,
        done: 0,
      },
    });
    expect(await ask(served, "POST", url, { hours: 1 })).toMatchObject({ body: { code: "conflict" } });
    expect((await ask(served, "GET", url, undefined, "view")).body).toEqual(job.body);
    expect((await ask(served, "DELETE", url)).status).toBe(204);
    expect((await ask(served, "DELETE", url)).body).toMatchObject({ code: "not_found" });
    expect((await ask(served, "GET", url)).body).toMatchObject({ state: "stopped" });
    const again = await ask(served, "POST", url, { from: "2026-04-30T12:00:00Z" });
    expect(again.body).toMatchObject({ from: "2026-04-30T12:00:00.000Z", state: "running" });
  });

  it.each<[object]>([
    [{}],
    [{ hours: 1, from: "2026-04-30T12:00:00Z" }],
    [{ hours: 0 }],
    [{ hours: 9000 }],
    [{ hours: "2" }],
    [{ from: "2026-05-02T00:00:00Z" }],
    [{ from: "1999-01-01T00:00:00Z" }],
  ])("refuses %j", async (payload) => {
    expect((await ask(served, "POST", url, payload)).body).toMatchObject({ code: "invalid_field" });
  });

  it("needs a fence, and an administrator", async () => {
    expect((await ask(served, "POST", "/api/fences/none/recompute", { hours: 1 })).body).toMatchObject({
      code: "unknown_fence",
    });
    expect((await ask(served, "POST", url, { hours: 1 }, "view")).status).toBe(403);
  });
});

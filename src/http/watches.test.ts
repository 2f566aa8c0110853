import { beforeEach, describe, expect, it } from "vitest";
import { ask } from "./testing/ask.ts";
import { serve, type Served } from "./testing/serve.ts";
import { fenceOf } from "./testing/things.ts";

const silent = { kind: "silent", name: "Lost vans", seconds: 900, groups: ["fleet"] };

let served: Served;

beforeEach(() => {
  served = serve();
  served.fenceMap.set("depot", fenceOf("depot"));
});

describe("/api/watches", () => {
  it("creates, lists, replaces, patches and deletes", async () => {
    const made = await ask(served, "POST", "/api/watches", silent);
    expect(made).toMatchObject({ status: 201, body: { ...silent, version: 1 } });
    const id = String(made.body["id"]);
    expect(made.headers["location"]).toBe(`/api/watches/${id}`);
    expect((await ask(served, "GET", `/api/watches/${id}`, undefined, "view")).body).toEqual(made.body);
    const patched = await ask(served, "PATCH", `/api/watches/${id}`, { seconds: 60, groups: null });
    expect(patched.body).toMatchObject({ kind: "silent", name: "Lost vans", seconds: 60, version: 2 });
    expect(patched.body).not.toHaveProperty("groups");
    const list = await ask(served, "GET", "/api/watches", undefined, "view");
    expect(list.body).toMatchObject({ watches: [{ id }], next: null, cursor: expect.any(String) as string });
    const put = await ask(served, "PUT", `/api/watches/${id}`, { kind: "motion" });
    expect(put.body).toMatchObject({ kind: "motion", name: "Unnamed watch", version: 3 });
    expect(await ask(served, "DELETE", `/api/watches/${id}`)).toMatchObject({ status: 204 });
    expect(await ask(served, "DELETE", `/api/watches/${id}`)).toMatchObject({ body: { code: "not_found" } });
  });

  it("keeps name and devices, and nothing else, when a patch makes it another kind", async () => {
    const { body } = await ask(served, "POST", "/api/watches", silent);
    const changed = await ask(served, "PATCH", `/api/watches/${String(body["id"])}`, { kind: "motion" });
    expect(changed.body).toMatchObject({ kind: "motion", name: "Lost vans", groups: ["fleet"] });
    expect(changed.body).not.toHaveProperty("seconds");
  });

  it.each<[object, string]>([
    [{ kind: "overspeed", speed: 20, seconds: 5, fence: "moon" }, "unknown_fence"],
    [{ kind: "absent", fence: "moon", days: ["mon"], by: "08:00", timeZone: "UTC" }, "unknown_fence"],
    [{ kind: "silent" }, "invalid_watch"],
    [{ kind: "motion", seconds: 5 }, "invalid_watch"],
    [{ kind: "party" }, "invalid_watch"],
  ])("refuses %j", async (payload, code) => {
    expect((await ask(served, "POST", "/api/watches", payload)).body).toMatchObject({ code });
  });

  it("takes an edit of a watch whose fence is gone", async () => {
    const watch = { kind: "overspeed", speed: 20, seconds: 5, fence: "depot" };
    const { body } = await ask(served, "POST", "/api/watches", watch);
    served.fenceMap.clear();
    const url = `/api/watches/${String(body["id"])}`;
    expect(await ask(served, "PATCH", url, { speed: 30 })).toMatchObject({ status: 200 });
    expect(await ask(served, "PATCH", url, { fence: "moon" })).toMatchObject({
      body: { code: "unknown_fence" },
    });
  });

  it("lets view read but not change", async () => {
    expect((await ask(served, "POST", "/api/watches", silent, "view")).status).toBe(403);
    expect((await ask(served, "GET", "/api/watches", undefined, "ingest")).status).toBe(403);
  });
});

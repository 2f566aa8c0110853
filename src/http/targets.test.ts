import { beforeEach, describe, expect, it } from "vitest";
import type { Targets } from "#ports";
import { Problem, type Target } from "#wire";
import type { Delivery } from "./delivery.ts";
import { ask, type Method } from "./testing/ask.ts";
import { makeFakes } from "./testing/fakes.ts";
import { serve, type Served } from "./testing/serve.ts";
import { alertOf, eventOf, ruleOf, webhookOf } from "./testing/things.ts";

const NOW = Date.UTC(2026, 4, 1);
const hook = { kind: "webhook", url: "https://example.org/hook" };
const mqtt = {
  kind: "mqtt",
  url: "mqtt://broker:1883",
  topic: "a/{device}",
  username: "u",
  password: "hush-hush",
};

let served: Served;
const tested: string[] = [];

const delivery: Delivery = {
  test: async (target) => {
    tested.push(target.id);
    return { status: 500, duration: 12, error: "answered 500" };
  },
  circuits: async () => [],
  pushKey: "BPublicKey",
};

beforeEach(() => {
  served = serve({ delivery });
});

describe("/api/targets", () => {
  it("shows the secret of a webhook in the answer that makes it, and nowhere else", async () => {
    const made = await ask(served, "POST", "/api/targets", hook);
    expect(made).toMatchObject({
      status: 201,
      headers: { "cache-control": "no-store" },
      body: { kind: "webhook", name: "example.org", enabled: true },
    });
    const secret = String(made.body["secret"]);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made.body["secrets"]).toEqual([secret]);
    const id = String(made.body["id"]);
    expect(made.headers["location"]).toBe(`/api/targets/${id}`);
    for (const url of [`/api/targets/${id}`, "/api/targets"]) {
      const got = await ask(served, "GET", url);
      expect(JSON.stringify(got.body)).toContain(id);
      expect(JSON.stringify(got.body)).not.toContain("whsec");
    }
    const patched = await ask(served, "PATCH", `/api/targets/${id}`, { name: "Ops" });
    expect(patched.body).toMatchObject({ name: "Ops" });
    expect(patched.body).not.toHaveProperty("secret");
    expect(served.targetMap.get(id)).toMatchObject({ secrets: [secret] });
  });

  it("rotates: a new secret in front, the newest old one behind it, shown once", async () => {
    const made = await ask(served, "POST", "/api/targets", { ...hook, secret: "first" });
    const url = `/api/targets/${String(made.body["id"])}`;
    expect(made.body["secrets"]).toEqual(["first"]);
    const once = await ask(served, "PATCH", url, { rotate: true });
    const second = String(once.body["secret"]);
    expect(once.body["secrets"]).toEqual([second, "first"]);
    const twice = await ask(served, "PATCH", url, { rotate: true });
    expect(twice.body["secrets"]).toEqual([twice.body["secret"], second]);
    const own = await ask(served, "PATCH", url, { secrets: ["mine", "old"] });
    expect(own.body).toMatchObject({ secret: "mine", secrets: ["mine", "old"] });
    const put = await ask(served, "PUT", url, hook);
    expect(put.body).not.toHaveProperty("secret");
    expect(served.targetMap.get(String(made.body["id"]))).toMatchObject({ secrets: ["mine", "old"] });
  });

  it("never answers a password or the keys of a browser", async () => {
    const made = await ask(served, "POST", "/api/targets", mqtt);
    expect(made.body).toMatchObject({ kind: "mqtt", qos: 1, hasPassword: true });
    const keys = { p256dh: `B${"x".repeat(86)}`, auth: "a".repeat(22) };
    const push = { kind: "push", subscription: { endpoint: "https://push.example/1", keys } };
    const browser = await ask(served, "POST", "/api/targets", push);
    expect(browser).toMatchObject({ status: 201, body: { endpoint: "https://push.example/1" } });
    const all = JSON.stringify([made, browser, await ask(served, "GET", "/api/targets")]);
    expect(all).not.toContain("hush-hush");
    expect(all).not.toContain(keys.p256dh);
    expect(all).not.toContain(keys.auth);
  });

  it("passes on what the keeper of targets refuses, when one is made and when it is changed", async () => {
    const check = (target: Target): Target => {
      if (target.kind !== "webhook" || !target.url.includes("127.0.0.1")) return target;
      throw new Problem("invalid_target", "127.0.0.1 is a private address");
    };
    const fakes = makeFakes();
    const targets: Targets = {
      ...fakes.targets,
      create: async (target) => await fakes.targets.create(check(target)),
      update: async (target) => await fakes.targets.update(check(target)),
    };
    served = serve({ targets });
    const inside = { ...hook, url: "http://127.0.0.1/x" };
    expect((await ask(served, "POST", "/api/targets", inside)).body).toMatchObject({
      code: "invalid_target",
      detail: "127.0.0.1 is a private address",
    });
    const { body } = await ask(served, "POST", "/api/targets", hook);
    const url = `/api/targets/${String(body["id"])}`;
    expect((await ask(served, "PATCH", url, inside)).body).toMatchObject({ code: "invalid_target" });
    expect((await ask(served, "PUT", url, inside)).body).toMatchObject({ code: "invalid_target" });
  });

  it.each<[Method, string, object | undefined, string]>([
    ["POST", "/api/targets", { kind: "pigeon" }, "invalid_target"],
    ["POST", "/api/targets", { kind: "webhook" }, "invalid_target"],
    ["POST", "/api/targets", { ...hook, rotate: true }, "invalid_target"],
    ["PATCH", "/api/targets/hook", { rotate: true, secret: "x" }, "invalid_target"],
    ["PATCH", "/api/targets/hook", { rotate: "yes" }, "invalid_target"],
    ["PATCH", "/api/targets/none", {}, "unknown_target"],
    ["PUT", "/api/targets/none", hook, "unknown_target"],
    ["DELETE", "/api/targets/none", undefined, "unknown_target"],
    ["DELETE", "/api/targets/none?force=perhaps", undefined, "invalid_parameter"],
    ["POST", "/api/targets/none/test", undefined, "unknown_target"],
    ["POST", "/api/targets/none/redrive", undefined, "unknown_target"],
    ["GET", "/api/targets/none/alerts", undefined, "unknown_target"],
    ["POST", "/api/targets/hook/redrive", { from: "now", event: "e" }, "invalid_field"],
    ["POST", "/api/targets/hook/redrive", { from: "now" }, "invalid_field"],
    ["POST", "/api/targets/hook/redrive", { event: 7 }, "invalid_field"],
    ["GET", "/api/targets/hook/alerts?state=lost", undefined, "invalid_parameter"],
    ["GET", "/api/targets/hook/alerts?after=x", undefined, "invalid_cursor"],
  ])("refuses %s %s %j", async (method, url, payload, code) => {
    served.targetMap.set("hook", webhookOf("hook"));
    expect((await ask(served, method, url, payload)).body).toMatchObject({ code });
  });

  it("refuses to rotate what has no secret", async () => {
    const { body } = await ask(served, "POST", "/api/targets", mqtt);
    const answer = await ask(served, "PATCH", `/api/targets/${String(body["id"])}`, { rotate: true });
    expect(answer.body).toMatchObject({ code: "invalid_target", detail: expect.stringContaining("mqtt") });
  });

  it("is not deleted while rules name it, unless by force", async () => {
    served.targetMap.set("hook", webhookOf("hook"));
    served.ruleMap.set("r1", ruleOf("r1"));
    const refused = await ask(served, "DELETE", "/api/targets/hook");
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "conflict", detail: expect.stringContaining(`"Rule r1" (r1)`) as string },
    });
    expect((await ask(served, "DELETE", "/api/targets/hook?force=true")).status).toBe(204);
  });

  it("is closed to whoever only views", async () => {
    served.targetMap.set("hook", webhookOf("hook"));
    for (const [method, url] of [
      ["GET", "/api/targets"],
      ["GET", "/api/targets/hook"],
      ["GET", "/api/targets/hook/alerts"],
      ["GET", "/api/alerts"],
      ["POST", "/api/targets"],
      ["PATCH", "/api/targets/hook"],
      ["PUT", "/api/targets/hook"],
      ["DELETE", "/api/targets/hook"],
      ["POST", "/api/targets/hook/test"],
      ["POST", "/api/targets/hook/redrive"],
    ] satisfies [Method, string][]) {
      const body = method === "GET" || method === "DELETE" ? undefined : hook;
      expect(await ask(served, method, url, body, "view")).toMatchObject({ body: { code: "forbidden" } });
    }
  });
});

describe("what was sent", () => {
  beforeEach(() => {
    served.targetMap.set("hook", webhookOf("hook"));
    const tries = [{ at: NOW, duration: 31, status: 503, error: "answered 503" }];
    served.alerts.push(
      alertOf(1, eventOf("e1", NOW - 5000)),
      alertOf(2, eventOf("e2", NOW - 4000), {
        state: "queued",
        attempts: 1,
        dueAt: NOW + 1000,
        lastAt: NOW,
        lastStatus: 503,
        lastError: "answered 503",
        tries,
      }),
      alertOf(3, eventOf("e3", NOW - 3000), { state: "dead" }),
    );
  });

  it("is listed in pages, by state, in both orders, with every attempt", async () => {
    const first = await ask(served, "GET", "/api/targets/hook/alerts?limit=2");
    expect(first.body).toMatchObject({
      alerts: [
        { id: "alert_1", state: "sent", event: { id: "e1" }, rules: ["r"] },
        {
          id: "alert_2",
          state: "queued",
          attempts: 1,
          dueAt: "2026-05-01T00:00:01.000Z",
          lastStatus: 503,
          tries: [{ at: "2026-05-01T00:00:00.000Z", durationMs: 31, status: 503, error: "answered 503" }],
        },
      ],
    });
    const after = String(first.body["next"]);
    expect((await ask(served, "GET", `/api/targets/hook/alerts?after=${after}`)).body).toMatchObject({
      alerts: [{ id: "alert_3" }],
      next: null,
    });
    const newest = await ask(served, "GET", "/api/targets/hook/alerts?order=newest&limit=1");
    expect(newest.body).toMatchObject({ alerts: [{ id: "alert_3" }] });
    const before = String(newest.body["next"]);
    expect(
      (await ask(served, "GET", `/api/targets/hook/alerts?order=newest&after=${before}`)).body,
    ).toMatchObject({ alerts: [{ id: "alert_2" }, { id: "alert_1" }] });
    expect((await ask(served, "GET", "/api/targets/hook/alerts?state=dead")).body).toMatchObject({
      alerts: [{ id: "alert_3" }],
    });
  });

  it("is found by event", async () => {
    expect((await ask(served, "GET", "/api/alerts?event=e2")).body).toMatchObject({
      alerts: [{ id: "alert_2" }],
    });
    expect((await ask(served, "GET", "/api/alerts?target=other")).body).toMatchObject({ alerts: [] });
  });

  it("goes back to the queue: dead letters, all since a time, or one", async () => {
    expect((await ask(served, "POST", "/api/targets/hook/redrive")).body).toEqual({ requeued: 1 });
    await ask(served, "POST", "/api/targets/hook/redrive", { from: "2026-05-01T00:00:00Z" });
    await ask(served, "POST", "/api/targets/hook/redrive", { event: "e1" });
    expect(served.redriven).toEqual([
      { workspace: "main", target: "hook", at: NOW },
      { workspace: "main", target: "hook", at: NOW, since: NOW },
      { workspace: "main", target: "hook", at: NOW, event: "e1" },
    ]);
  });

  it("can be tried with a test message, whose answer is told", async () => {
    expect((await ask(served, "POST", "/api/targets/hook/test")).body).toEqual({
      ok: false,
      status: 500,
      durationMs: 12,
      error: "answered 500",
    });
    expect(tested).toEqual(["hook"]);
  });

  it("says so when nothing sends", async () => {
    const alone = serve();
    alone.targetMap.set("hook", webhookOf("hook"));
    expect((await ask(alone, "POST", "/api/targets/hook/test")).body).toMatchObject({ code: "not_ready" });
    expect((await ask(alone, "GET", "/api/push/key")).body).toMatchObject({ code: "not_found" });
  });

  it("gives the key that browsers subscribe with", async () => {
    expect((await ask(served, "GET", "/api/push/key", undefined, "view")).body).toEqual({
      publicKey: "BPublicKey",
    });
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { ask, type Method } from "./testing/ask.ts";
import { serve, type Served } from "./testing/serve.ts";
import { deviceOf, eventOf, feed, fenceOf, ruleOf, silenceOf, webhookOf } from "./testing/things.ts";

const NOW = Date.UTC(2026, 4, 1);
const HOUR = 3_600_000;
const body = { name: "Arrivals", events: ["enter"], targets: ["hook"] };

let served: Served;

beforeEach(() => {
  served = serve();
  served.targetMap.set("hook", webhookOf("hook"));
  served.fenceMap.set("depot", fenceOf("depot"));
  served.deviceMap.set("van", deviceOf("van", ["fleet"], "Van 7"));
});

describe("/api/rules", () => {
  it("creates, lists, replaces, patches and deletes", async () => {
    const made = await ask(served, "POST", "/api/rules", { ...body, fences: ["depot"], id: "mine" });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "Arrivals", version: 1, enabled: true, fences: ["depot"], targets: ["hook"] },
    });
    const id = String(made.body["id"]);
    expect(id).toMatch(/^rule_[\w-]{12}$/);
    expect(made.headers["location"]).toBe(`/api/rules/${id}`);
    expect(made.body).not.toHaveProperty("notes");
    const got = await ask(served, "GET", `/api/rules/${id}`, undefined, "view");
    expect(got.body).toEqual(made.body);

    const patched = await ask(served, "PATCH", `/api/rules/${id}`, { fences: null, cooldownSeconds: 60 });
    expect(patched.body).toMatchObject({ name: "Arrivals", version: 2, cooldownSeconds: 60 });
    expect(patched.body).not.toHaveProperty("fences");
    const put = await ask(served, "PUT", `/api/rules/${id}`, { ...body, name: "Anew" });
    expect(put.body).toMatchObject({ name: "Anew", version: 3 });
    expect(put.body).not.toHaveProperty("cooldownSeconds");

    await ask(served, "POST", "/api/rules", body);
    const first = await ask(served, "GET", "/api/rules?limit=1", undefined, "view");
    expect(first.body).toMatchObject({ rules: [{}], next: expect.any(String) as string });
    const second = await ask(served, "GET", `/api/rules?limit=1&after=${String(first.body["next"])}`);
    expect(second.body).toMatchObject({ rules: [{}], next: null });
    expect(await ask(served, "DELETE", `/api/rules/${id}`)).toMatchObject({ status: 204, body: {} });
    expect(await ask(served, "GET", `/api/rules/${id}`)).toMatchObject({ body: { code: "not_found" } });
    expect(await ask(served, "DELETE", `/api/rules/${id}`)).toMatchObject({ body: { code: "not_found" } });
    expect(await ask(served, "PUT", "/api/rules/none", body)).toMatchObject({ body: { code: "not_found" } });
  });

  it.each<[object, string, string]>([
    [{ ...body, targets: ["hook", "gone", "lost"] }, "unknown_target", `there is no target "gone", "lost"`],
    [{ ...body, fences: ["depot", "moon"] }, "unknown_fence", `there is no fence "moon"`],
    [{ ...body, watches: ["w"] }, "not_found", `there is no watch "w"`],
    [{ ...body, events: ["party"] }, "invalid_rule", "party"],
    [{ ...body, events: ["withdrawn"] }, "invalid_rule", "withdrawn"],
    [{ name: "x", events: ["enter"] }, "invalid_rule", "targets is missing"],
    [{ ...body, condition: "position.speed >" }, "invalid_rule", "condition:"],
    [{ ...body, condition: "device.colour == 'red'" }, "invalid_rule", "condition:"],
    [{ ...body, text: "{{device.nam}}" }, "invalid_rule", "text:"],
    [{ ...body, cooldown: 5 }, "invalid_rule", `"cooldown"`],
    [[], "invalid_body", "expected an object"],
  ])("refuses %j by name", async (payload, code, detail) => {
    const answer = await ask(served, "POST", "/api/rules", payload);
    expect(answer.body).toMatchObject({ code, detail: expect.stringContaining(detail) as string });
    expect(served.ruleMap.size).toBe(0);
  });

  it("lets a rule be switched off whose fence is gone, but not name another that is not there", async () => {
    served.ruleMap.set("r", ruleOf("r", { fences: ["gone"] }));
    expect(await ask(served, "PATCH", "/api/rules/r", { enabled: false })).toMatchObject({ status: 200 });
    expect(await ask(served, "PATCH", "/api/rules/r", { fences: ["gone", "lost"] })).toMatchObject({
      body: { code: "unknown_fence", detail: `there is no fence "lost"` },
    });
  });

  it.each<[object, string]>([
    [{ events: ["stopped", "enter"] }, "The rule asks for “stopped” events, and no watch raises them yet."],
    [{ events: ["enter"], watches: ["w"] }, "“enter” events come from none: it never matches them."],
    [{ events: ["silent"], fences: ["depot"] }, "“silent” events have none: it never matches them."],
    [{ events: ["dwell"] }, "no fence has dwellSeconds yet."],
    [{ events: ["enter"], devices: ["ghost"] }, `Nothing was heard of a device "ghost" yet.`],
    [{ events: ["enter"], groups: ["fleet", "night"] }, `No device is in the group "night" yet.`],
    [{ events: ["enter"], targets: ["off"] }, `The target "Hook off" is switched off: its alerts wait.`],
  ])("notes of %j that it may not do what was meant", async (changes, note) => {
    served.watchMap.set("w", silenceOf("w"));
    served.targetMap.set("off", webhookOf("off", { enabled: false }));
    const { status, body: made } = await ask(served, "POST", "/api/rules", { ...body, ...changes });
    expect(status).toBe(201);
    expect(made["notes"]).toEqual([expect.stringContaining(note)]);
  });

  it("lets view read but not change", async () => {
    served.ruleMap.set("r", ruleOf("r"));
    expect((await ask(served, "GET", "/api/rules", undefined, "view")).status).toBe(200);
    for (const [method, url] of [
      ["POST", "/api/rules"],
      ["PUT", "/api/rules/r"],
      ["PATCH", "/api/rules/r"],
      ["DELETE", "/api/rules/r"],
    ] satisfies [Method, string][]) {
      expect(await ask(served, method, url, body, "view")).toMatchObject({ body: { code: "forbidden" } });
    }
    expect((await ask(served, "GET", "/api/rules", undefined, "ingest")).status).toBe(403);
  });
});

describe("/api/rules/dry-run", () => {
  const run = (payload: object, query = "", token = "view") =>
    ask(served, "POST", `/api/rules/dry-run${query}`, payload, token);

  it("says what a rule would have said, without targets and without being stored", async () => {
    feed(
      served,
      eventOf("old", NOW - 8 * 24 * HOUR),
      eventOf("a", NOW - 3 * HOUR),
      eventOf("b", NOW - 2 * HOUR, { type: "exit" }),
      eventOf("c", NOW - HOUR, { device: "bus", withdrawnAt: NOW }),
      eventOf("d", NOW - HOUR, { imported: true }),
      eventOf("e", NOW - HOUR, { device: "bus" }),
    );
    const { status, body: result } = await run({ events: ["enter"] });
    expect(status).toBe(200);
    expect(result).toMatchObject({ alerts: 3, devices: 2, cooled: 0, failed: 0, withdrawn: 1, imported: 1 });
    expect(result["events"]).toMatchObject([
      { id: "a", time: "2026-04-30T21:00:00.000Z" },
      { id: "d", imported: true },
      { id: "e" },
    ]);
    expect(served.ruleMap.size).toBe(0);
    expect((await run({ events: ["enter"] }, `?from=${NOW - 90 * 60_000}`)).body).toMatchObject({
      alerts: 2,
    });
  });

  it("knows names, groups and fences as they are now, and the fix of the event", async () => {
    served.fenceMap.set("depot", fenceOf("depot", { extra: { city: "Lyon" } }));
    feed(served, eventOf("a", NOW - HOUR), eventOf("b", NOW - HOUR + 1000));
    served.fixes.push({ device: "van", time: NOW - HOUR, lon: 1, lat: 2, speed: 9 });
    for (const [condition, alerts, failed] of [
      [`device.name == "Van 7" && "fleet" in device.groups`, 2, 0],
      [`fence.properties.city == "Lyon"`, 2, 0],
      [`position.speed > 5`, 1, 1],
    ] as const) {
      expect((await run({ events: ["enter"], condition })).body).toMatchObject({ alerts, failed });
    }
    expect((await run({ events: ["enter"], condition: "position.speed > 5" })).body).toMatchObject({
      error: "position.speed is missing",
    });
  });

  it("reads the feed page by page, with the cool-down across pages", async () => {
    feed(served, ...Array.from({ length: 2500 }, (_, n) => eventOf(`e${n}`, NOW - HOUR + n * 1000)));
    const { body: result } = await run({ events: ["enter"], cooldownSeconds: 600 });
    expect(result).toMatchObject({ alerts: 5, cooled: 2495, devices: 1 });
  });

  it("runs a stored rule, also one that is switched off", async () => {
    served.ruleMap.set("r", ruleOf("r", { enabled: false, targets: ["hook", "other"] }));
    feed(served, eventOf("a", NOW - HOUR));
    const { body: result } = await ask(served, "POST", "/api/rules/r/dry-run", undefined, "view");
    expect(result).toMatchObject({ alerts: 2, devices: 1 });
    expect(await ask(served, "POST", "/api/rules/none/dry-run")).toMatchObject({
      body: { code: "not_found" },
    });
  });

  it.each([
    ["?from=2026-04-30T00:00:00Z&to=2026-04-29T00:00:00Z", "is after to"],
    ["?from=yesterday", "yesterday"],
  ])("refuses %s by name", async (query, detail) => {
    expect((await run({ events: ["enter"] }, query)).body).toMatchObject({
      code: "invalid_parameter",
      detail: expect.stringContaining(detail) as string,
    });
  });

  it("refuses a wrong rule, and whoever may not read", async () => {
    expect((await run({ events: ["enter"], condition: "1 +" })).body).toMatchObject({ code: "invalid_rule" });
    expect((await run({ events: ["enter"] }, "", "ingest")).status).toBe(403);
  });
});

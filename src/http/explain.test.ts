import { beforeEach, describe, expect, it } from "vitest";
import type { Explain, PositionExplanation } from "#ports";
import { ask } from "./testing/ask.ts";
import { serve, type Served } from "./testing/serve.ts";
import { alertOf, deviceOf, eventOf, feed, fenceOf, ruleOf, webhookOf } from "./testing/things.ts";

const NOW = Date.UTC(2026, 4, 1);
const MINUTE = 60_000;
const fix = { device: "van", time: NOW - MINUTE, lon: 1, lat: 2, accuracy: 8 };

const explained: PositionExplanation = {
  fix,
  track: { verdict: "live", impliedSpeed: 12, maxSpeed: 400 },
  fences: [
    {
      fence: "depot",
      fenceVersion: 1,
      name: "Depot",
      inside: false,
      rawInside: true,
      distance: -12,
      accuracy: 8,
      exitMargin: 30,
      verdict: "inside",
      pending: {
        type: "enter",
        time: NOW - MINUTE,
        fix: NOW - MINUTE,
        count: 1,
        needFixes: 3,
        seconds: 0,
        needSeconds: 300,
        steady: false,
      },
    },
  ],
};

const explain: Explain = {
  position: async (_, device, time) => (device === "van" && time === fix.time ? explained : undefined),
};

let served: Served;

beforeEach(() => {
  served = serve({ explain });
  served.deviceMap.set("van", deviceOf("van"));
  served.fenceMap.set("depot", fenceOf("depot"));
  served.targetMap.set("hook", webhookOf("hook"));
});

const get = (url: string, token = "view") => ask(served, "GET", url, undefined, token);

describe("/api/events/{id}", () => {
  it("answers one event", async () => {
    feed(served, eventOf("e1", NOW, { type: "withdrawn", withdraws: "e0" }));
    expect(await get("/api/events/e1")).toMatchObject({
      status: 200,
      body: { id: "e1", type: "withdrawn", withdraws: "e0", time: "2026-05-01T00:00:00.000Z" },
    });
    expect((await get("/api/events/none")).body).toMatchObject({ code: "not_found" });
    expect((await get("/api/events/none/explain")).body).toMatchObject({ code: "not_found" });
  });

  it("explains: what each layer said, what each rule says, who was told", async () => {
    const event = eventOf("e1", NOW - MINUTE);
    feed(served, event);
    served.ruleMap.set("r", ruleOf("r"));
    served.ruleMap.set("s", ruleOf("s", { fences: ["port"] }));
    served.alerts.push(alertOf(1, event, { lastError: "550 ada@example.org is unknown" }));
    const { body } = await get("/api/events/e1/explain", "admin");
    expect(body).toMatchObject({
      event: { id: "e1" },
      fix: { time: "2026-04-30T23:59:00.000Z", accuracy: 8 },
      track: { verdict: "live", maxSpeed: 400 },
      fences: [
        { fence: "depot", verdict: "inside", pending: { count: 1, time: "2026-04-30T23:59:00.000Z" } },
      ],
      rules: [
        { rule: "r", matched: true },
        { rule: "s", matched: false, reason: "fence is depot, the rule wants port" },
      ],
      alerts: [{ id: "alert_1", state: "sent", lastError: "550 ada@example.org is unknown" }],
    });
    const viewed = await get("/api/events/e1/explain");
    expect(viewed.body).toMatchObject({ alerts: [{ id: "alert_1", target: "hook", state: "sent" }] });
    expect(JSON.stringify(viewed.body)).not.toContain("ada@example.org");
  });

  it("finds the alert that a cool-down began with", async () => {
    const [first, second] = [eventOf("e1", NOW - 10 * MINUTE), eventOf("e2", NOW - 5 * MINUTE)];
    feed(served, first, second);
    served.ruleMap.set("r", ruleOf("r", { cooldownSeconds: 3600 }));
    served.alerts.push(alertOf(1, first));
    const reasons = async (id: string): Promise<unknown> =>
      (await get(`/api/events/${id}/explain`)).body["rules"];
    expect(await reasons("e1")).toMatchObject([{ matched: true }]);
    expect(await reasons("e2")).toMatchObject([
      { matched: false, reason: expect.stringMatching(/^on cool-down until 2026-05-01T00:50:00/) as string },
    ]);
  });

  it("says when a rule is younger than the event, and told nobody for that reason", async () => {
    feed(served, eventOf("e1", NOW - MINUTE));
    served.ruleMap.set("r", ruleOf("r", { createdAt: NOW, updatedAt: NOW }));
    expect((await get("/api/events/e1/explain")).body).toMatchObject({
      rules: [{ matched: false, reason: expect.stringContaining("made at 2026-05-01T00:00:00.000Z") }],
    });
  });

  it("leaves out what nobody can tell any more", async () => {
    feed(served, eventOf("e1", NOW - 2 * MINUTE));
    const { body } = await get("/api/events/e1/explain");
    expect(body).not.toHaveProperty("fences");
    expect(body).toMatchObject({ rules: [], alerts: [] });
  });
});

describe("/api/devices/{id}/explain", () => {
  it("explains a position, the newest one when no time is given", async () => {
    const url = "/api/devices/van/explain";
    expect((await get(`${url}?time=${fix.time}`)).body).toMatchObject({ fences: [{ name: "Depot" }] });
    expect((await get(url)).body).toMatchObject({ code: "not_found" });
    served.deviceMap.set("van", {
      createdAt: 0,
      status: { workspace: "main", device: "van", inside: [], fix },
    });
    expect((await get(url)).body).toMatchObject({ track: { verdict: "live" } });
    expect((await get(`${url}?time=5`)).body).toMatchObject({
      code: "not_found",
      detail: `the device "van" has no position of 1970-01-01T00:00:00.005Z to explain`,
    });
    expect((await get("/api/devices/none/explain")).body).toMatchObject({ code: "unknown_device" });
  });
});

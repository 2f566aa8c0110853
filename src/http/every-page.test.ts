import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Explain } from "#ports";
import type { Delivery } from "./delivery.ts";
import { makePageFolder, servePages, type ServedPages } from "./testing/serve-pages.ts";
import { alertOf, deviceOf, eventOf, feed, fenceOf, ruleOf, silenceOf, webhookOf } from "./testing/things.ts";

const NOW = Date.UTC(2026, 4, 1);
const HOUR = 3_600_000;
const { folder, remove } = makePageFolder();
afterAll(remove);

const delivery: Delivery = {
  test: async () => ({ duration: 12 }),
  circuits: async () => [],
  pushKey: "BKey",
};

const explain: Explain = {
  position: async (_, device, time) => ({
    fix: { device, time, lon: 1, lat: 2, accuracy: 12 },
    track: { verdict: "live", impliedSpeed: 8, maxSpeed: 400 },
    fences: [
      {
        fence: "depot",
        fenceVersion: 1,
        name: "<Depot>",
        inside: false,
        rawInside: true,
        distance: -7,
        accuracy: 12,
        exitMargin: 30,
        verdict: "undecided",
        pending: {
          type: "enter",
          time,
          fix: time,
          count: 1,
          needFixes: 3,
          seconds: 20,
          needSeconds: 300,
          steady: false,
        },
      },
    ],
  }),
};

let served: ServedPages;

beforeEach(async () => {
  served = await servePages(folder, { delivery, explain });
  served.targetMap.set("hook", webhookOf("hook", { name: "<Hook>" }));
  served.fenceMap.set("depot", fenceOf("depot", { name: "<Depot>" }));
  served.deviceMap.set("van", deviceOf("van", ["<vans>"], "<Van>"));
});

describe("the page of an event", () => {
  it("says what happened, who was told, and why each layer and rule said what it said", async () => {
    const event = eventOf("e/1", NOW - HOUR);
    feed(served, event, eventOf("r1", NOW - HOUR, { type: "revised", revises: "e/1", late: true }));
    served.ruleMap.set("r", ruleOf("r", { name: "<Rule>" }));
    served.ruleMap.set("s", ruleOf("s", { events: ["exit"] }));
    const tries = [{ at: NOW, duration: 31, status: 503, error: "<503>" }];
    served.alerts.push(alertOf(1, event, { state: "queued", tries, lastError: "<503>" }));
    const page = await served.get("/events/e%2F1");
    const text = page.text.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
    expect(text).toContain("&lt;Van&gt; entered &lt;Depot&gt;");
    expect(text).toContain("Corrected: &lt;Van&gt; entered &lt;Depot&gt;");
    expect(text).toMatch(/&lt;Hook&gt;.*&lt;503&gt;.*31 ms/);
    expect(text).toContain("undecided: too near to the boundary");
    expect(text).toContain("enter pending: 1 of 3 fixes, or 20 s of 5 min");
    expect(text).toContain("type is enter, the rule wants exit");
    const viewed = (await served.get("/events/e%2F1", "view")).text;
    expect(viewed).toContain("One target.");
    expect(viewed).not.toMatch(/Hook|503/);
    expect(viewed).not.toContain(`href="/rules/r"`);
  });

  it("says that an event was withdrawn, and by what", async () => {
    feed(
      served,
      eventOf("e1", NOW - HOUR, { withdrawnAt: NOW }),
      eventOf("w1", NOW - HOUR, { type: "withdrawn", withdraws: "e1" }),
    );
    const page = (await served.get("/events/e1")).text;
    expect(page).toMatch(/<s>[\s\S]*entered[\s\S]*<\/s>/);
    expect(page).toContain("withdrawn");
    expect(page).toContain(`href="/events/w1"`);
    expect((await served.get("/events/w1")).text).toContain(`href="/events/e1"`);
    expect((await served.get("/events")).text).toContain(`href="/events/w1"`);
  });

  it("is a page when there is no such event, too", async () => {
    const none = await served.get("/events/none");
    expect(none.status).toBe(404);
    expect(none.text).toContain("There is no event &quot;none&quot;.");
  });
});

describe("every page", () => {
  const hostile = `"><script>alert(1)</script><img onerror=x>`;

  it("escapes whatever people called their things", async () => {
    const world = await servePages(folder, { delivery, explain });
    world.targetMap.set("hook", webhookOf("hook", { name: hostile }));
    world.fenceMap.set("depot", fenceOf("depot", { name: hostile }));
    world.deviceMap.set("van", deviceOf("van", [hostile], hostile));
    world.watchMap.set("w", { ...silenceOf("w"), name: hostile, groups: [hostile] });
    const rule = ruleOf("r", {
      name: hostile,
      condition: `device.id == '${hostile}'`,
      text: hostile,
      devices: [hostile],
      groups: [hostile],
      watches: ["w", hostile],
      fences: ["depot", hostile],
      targets: ["hook", hostile],
    });
    world.ruleMap.set("r", rule);
    const event = eventOf("e1", NOW - HOUR, { watch: "w", other: "van", type: "proximity" });
    feed(world, event);
    const tries = [{ at: NOW, duration: 1, error: hostile }];
    const alert = alertOf(1, event, { state: "dead", lastError: hostile, tries });
    world.alerts.push({ ...alert, alert: { ...alert.alert, text: hostile } });
    const pages = [
      await world.get("/rules"),
      await world.get("/rules/r"),
      await world.get("/rules/r/delete"),
      await world.post("/rules/new", { do: "try", name: hostile, condition: hostile, devices: hostile }),
      await world.post("/rules/r", { name: hostile, text: hostile, events: [hostile], timeZone: hostile }),
      await world.get("/watches"),
      await world.get("/watches/w"),
      await world.get("/watches/w/delete"),
      await world.post("/watches/new?kind=absent", { fence: hostile, by: hostile, name: hostile }),
      await world.get("/targets"),
      await world.get("/targets/hook"),
      await world.get("/targets/hook/edit"),
      await world.get("/targets/hook/delete"),
      await world.post("/targets/new?kind=mqtt", { url: hostile, topic: hostile, username: hostile }),
      await world.get("/events/e1"),
      await world.get("/events"),
      await world.get(`/events/${encodeURIComponent(hostile)}`),
      await world.get(`/rules/${encodeURIComponent(hostile)}`),
      await world.get("/"),
    ];
    for (const { text } of pages) {
      expect(text).toContain("&lt;script&gt;");
      expect(text.match(/<script/g)).toHaveLength(1);
      expect(text).not.toMatch(/<img|<style|\sstyle="|\son[a-z]+="/);
    }
  });

  it("shows no form to whoever may not change anything, and refuses what they post", async () => {
    served.ruleMap.set("r", ruleOf("r"));
    served.watchMap.set("w", silenceOf("w"));
    for (const url of ["/rules", "/watches"]) {
      const { status, text } = await served.get(url, "view");
      expect(status).toBe(200);
      expect(text).not.toMatch(/<form|New rule|New watch|&lt;Hook&gt;/);
    }
    for (const url of ["/rules/new", "/rules/r", "/watches/w", "/targets", "/targets/hook"]) {
      expect((await served.get(url, "view")).status).toBe(403);
    }
    for (const url of ["/rules/new", "/rules/r/delete", "/watches/w", "/targets/hook/test"]) {
      expect((await served.post(url, { name: "Mine" }, "view")).status).toBe(403);
    }
  });

  it("says what to do next while there is nothing", async () => {
    const empty = await servePages(folder);
    expect((await empty.get("/rules")).text).toContain("No rule yet");
    expect((await empty.get("/watches")).text).toContain("No watch yet");
    expect((await empty.get("/targets")).text).toContain("/targets/new?kind=email");
    expect((await empty.get("/rules/new")).text).toContain("Make a target");
  });
});

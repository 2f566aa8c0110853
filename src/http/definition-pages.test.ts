import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Explain } from "#ports";
import { Problem } from "#wire";
import type { Delivery } from "./delivery.ts";
import { makeFakes } from "./testing/fakes.ts";
import { makePageFolder, servePages, type FormFields, type ServedPages } from "./testing/serve-pages.ts";
import { alertOf, deviceOf, eventOf, feed, fenceOf, ruleOf, silenceOf, webhookOf } from "./testing/things.ts";

const NOW = Date.UTC(2026, 4, 1);
const HOUR = 3_600_000;
const { folder, remove } = makePageFolder();
afterAll(remove);

const delivery: Delivery = {
  test: async () => ({ duration: 12, status: 500, error: "answered <500>" }),
  circuits: async () => [{ workspace: "main", target: "hook", breaker: "open" }],
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

/** Follows a redirect, as a browser does. */
const follow = async (location: string): Promise<string> => (await served.get(location)).text;

const typed: FormFields = {
  do: "save",
  name: "Arrivals <b>",
  enabled: "yes",
  events: ["enter", "exit"],
  fences: ["depot"],
  when: "hours",
  timeZone: "Europe/Paris",
  "hours-0-days": ["mon", "tue"],
  "hours-0-from": "08:00",
  "hours-0-to": "18:00",
  "hours-1-from": "",
  "hours-1-to": "",
  devices: "van\r\n bus \r\n",
  condition: "position.speed > 3.0",
  targets: ["hook"],
  cooldownSeconds: "10",
  cooldownUnit: "60",
  text: "{{device.name}}",
};

describe("pages of rules", () => {
  it("make a rule of what was typed, and say what may be wrong with it", async () => {
    const made = await served.post("/rules/new", typed);
    expect(made).toMatchObject({ status: 303, location: expect.stringMatching(/^\/rules\?said=/) as string });
    expect([...served.ruleMap.values()]).toMatchObject([
      {
        name: "Arrivals <b>",
        events: ["enter", "exit"],
        devices: ["van", "bus"],
        schedule: {
          timeZone: "Europe/Paris",
          hours: [{ days: ["mon", "tue"], from: "08:00", to: "18:00" }],
        },
        cooldownSeconds: 600,
        targets: ["hook"],
      },
    ]);
    const list = await follow(made.location);
    expect(list).toContain("“Arrivals &lt;b&gt;” is made.");
    expect(list).toContain("Nothing was heard of a device &quot;bus&quot; yet.");
    expect(list).toContain("Mon, Tue 08:00–18:00 (Europe/Paris)");
    expect(await follow(made.location)).not.toContain("is made.");
  });

  it.each<[FormFields, string, string]>([
    [{ condition: "1 +" }, "condition", "Condition: "],
    [{ condition: "device.colour == 1" }, "condition", "device has no field"],
    [{ text: "{{what}}" }, "text", "Text: "],
    [{ events: [] }, "events", "Tick at least one kind of event."],
    [{ targets: [] }, "targets", "Tick at least one target."],
    [{ targets: ["gone"] }, "targets", "There is no target &quot;gone&quot;."],
    [{ fences: ["gone"] }, "fences", "There is no fence &quot;gone&quot;."],
    [{ cooldownSeconds: "soon" }, "cooldownSeconds", "CooldownSeconds is &quot;soon&quot;"],
    [{ "hours-0-days": [] }, "schedule", "Choose the days of every row"],
    [{ timeZone: "Mars" }, "schedule", "Mars"],
  ])("show %j again, with what is wrong beside it and nothing lost", async (changes, field, text) => {
    const page = await served.post("/rules/new", { ...typed, ...changes });
    expect(page.status).toBe(400);
    const beside = new RegExp(`id="${field}-problem"\\s*>([^<]*)<`).exec(page.text)?.[1] ?? "";
    expect(beside).toContain(text);
    expect(page.text).toContain(`value="Arrivals &lt;b&gt;"`);
    expect(page.text).toMatch(/value="08:00"[\s\S]*value="18:00"/);
    expect(page.text).toContain("van\r\n bus");
    expect(served.ruleMap.size).toBe(0);
  });

  it("try a rule on what has been, whatever is still missing of it", async () => {
    feed(
      served,
      ...Array.from({ length: 60 }, (_, n) => eventOf(`e${n}`, NOW - 5 * HOUR + n * 60_000)),
      eventOf("w", NOW - HOUR, { withdrawnAt: NOW }),
    );
    const tried = await served.post("/rules/new", { do: "try", span: "7", events: ["enter"], name: "Half" });
    expect(tried.status).toBe(200);
    const text = tried.text.replaceAll(/<[^>]+>/g, "").replaceAll(/\s+/g, " ");
    expect(text).toContain("60 alerts, 1 device over the last 7 days");
    expect(text).toContain("1 was withdrawn since and left out.");
    expect(text).toContain("and 10 before them");
    expect(tried.text).toContain(`value="Half"`);
    expect(served.ruleMap.size).toBe(0);
    const wrong = await served.post("/rules/new", { do: "try", events: ["enter"], condition: "1 +" });
    expect(wrong).toMatchObject({
      status: 400,
      text: expect.stringContaining("condition-problem") as string,
    });
  });

  it("give another row of hours", async () => {
    const page = await served.post("/rules/new", { ...typed, do: "add-hours" });
    expect(page.text).toContain(`name="hours-2-from"`);
    expect(page.text).toContain(`value="08:00"`);
    expect(served.ruleMap.size).toBe(0);
  });

  it("change a rule, and delete it after a question", async () => {
    served.ruleMap.set("r", ruleOf("r", { name: "Old", watches: ["gone"], devices: ["van"] }));
    const form = await served.get("/rules/r");
    expect(form.text).toMatch(/value="gone"\s+checked/);
    const saved = await served.post("/rules/r", { ...typed, watches: ["gone"] });
    expect(saved.status).toBe(303);
    expect(served.ruleMap.get("r")).toMatchObject({ name: "Arrivals <b>", watches: ["gone"], version: 2 });
    const question = await served.get("/rules/r/delete");
    expect(question.text).toContain("Delete “Arrivals &lt;b&gt;”?");
    expect(served.ruleMap.size).toBe(1);
    expect((await served.post("/rules/r/delete")).status).toBe(303);
    expect(served.ruleMap.size).toBe(0);
  });

  it("show the last alert of each rule", async () => {
    served.ruleMap.set("r", ruleOf("r"));
    served.alerts.push(alertOf(1, eventOf("e", NOW - HOUR)));
    expect((await served.get("/rules")).text).toMatch(/Last alert[\s\S]*?59 min/);
  });
});

describe("pages of watches", () => {
  it("make, change and delete a watch", async () => {
    const fields = { name: "Lost", seconds: "15", unit: "60", groups: ["<vans>"] };
    const made = await served.post("/watches/new?kind=silent", fields);
    expect(made.status).toBe(303);
    const [watch] = [...served.watchMap.values()];
    expect(watch).toMatchObject({ kind: "silent", name: "Lost", seconds: 900, groups: ["<vans>"] });
    const url = `/watches/${watch?.id}`;
    expect((await served.get(url)).text).toMatch(/name="seconds"[\s\S]*value="15"/);
    await served.post(url, { ...fields, seconds: "1", unit: "3600" });
    expect(served.watchMap.get(String(watch?.id))).toMatchObject({ seconds: 3600, version: 2 });
    expect((await served.get(`${url}/delete`)).text).toContain("Delete “Lost”?");
    await served.post(`${url}/delete`);
    expect(served.watchMap.size).toBe(0);
  });

  it.each<[string, FormFields, string, string]>([
    ["silent", { seconds: "" }, "seconds", "Say how long."],
    ["overspeed", { speed: "", seconds: "5", unit: "1" }, "speed", "Say how fast."],
    ["absent", { fence: "", days: ["mon"], by: "08:00", timeZone: "UTC" }, "fence", "Choose a fence."],
    [
      "absent",
      { fence: "depot", days: [], by: "08:00", timeZone: "UTC" },
      "days",
      "Choose at least one day.",
    ],
    ["absent", { fence: "depot", days: ["mon"], by: "", timeZone: "UTC" }, "by", "Say by when."],
    ["absent", { fence: "gone", days: ["mon"], by: "08:00", timeZone: "UTC" }, "fence", "There is no fence"],
    ["proximity", { radius: "-3" }, "radius", "Radius is -3"],
  ])("show a %s again with what is wrong: %j", async (kind, fields, field, text) => {
    const page = await served.post(`/watches/new?kind=${kind}`, { ...fields, name: "Kept" });
    expect(page.status).toBe(400);
    expect(new RegExp(`id="${field}-problem"\\s*>([^<]*)<`).exec(page.text)?.[1]).toContain(text);
    expect(page.text).toContain(`value="Kept"`);
  });

  it("offer the kinds when none, or no such kind, is named", async () => {
    expect((await served.get("/watches/new")).text).toContain("/watches/new?kind=proximity");
    expect((await served.get("/watches/new?kind=party")).text).toContain("/watches/new?kind=proximity");
  });
});

describe("pages of targets", () => {
  it("make a target and show its secret once", async () => {
    const made = await served.post("/targets/new?kind=webhook", {
      name: "Ops",
      enabled: "yes",
      url: "https://example.org/x",
    });
    expect(made.status).toBe(303);
    expect(made.location).not.toContain("whsec");
    expect(await follow(made.location)).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
    expect(await follow(made.location)).not.toContain("whsec");
  });

  it("never show a secret of another workspace or somebody without the right", async () => {
    const made = await served.post("/targets/new?kind=webhook", { url: "https://example.org/x" });
    expect((await served.get(made.location, "view")).status).toBe(403);
    expect((await served.get("/targets", "view")).text).not.toContain("example.org");
  });

  it("change a target without showing or losing its secrets, and rotate them", async () => {
    const form = await served.get("/targets/hook/edit");
    expect(form.text).not.toContain("whsec");
    await served.post("/targets/hook/edit", { name: "New", url: "https://new.example/" });
    expect(served.targetMap.get("hook")).toMatchObject({
      name: "New",
      url: "https://new.example/",
      enabled: false,
      secrets: ["whsec_c2VjcmV0"],
    });
    const rotated = await served.post("/targets/hook/rotate");
    expect(await follow(rotated.location)).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
    expect(served.targetMap.get("hook")).toMatchObject({
      secrets: [expect.stringMatching(/^whsec_/) as string, "whsec_c2VjcmV0"],
    });
  });

  it("take the user name of a broker away, and its password with it", async () => {
    const fields = { url: "mqtt://b:1883", topic: "t", qos: "1", username: "u", password: "p" };
    await served.post("/targets/new?kind=mqtt", fields);
    const [, target] = [...served.targetMap.values()];
    const url = `/targets/${target?.id}/edit`;
    expect((await served.get(url)).text).toContain("one is stored");
    await served.post(url, { ...fields, password: "", topic: "other" });
    expect(served.targetMap.get(String(target?.id))).toMatchObject({ topic: "other", password: "p" });
    await served.post(url, { ...fields, password: "", username: "" });
    expect(served.targetMap.get(String(target?.id))).not.toHaveProperty("password");
    expect(served.targetMap.get(String(target?.id))).not.toHaveProperty("username");
  });

  it("show what is wrong beside the address, also what the keeper of targets says of it", async () => {
    const wrong = await served.post("/targets/new?kind=webhook", { url: "ftp://x", name: "Kept" });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain(`id="url-problem"`);
    expect(wrong.text).toContain(`value="ftp://x"`);
    const fakes = makeFakes();
    const create = async (): Promise<never> => {
      throw new Problem("invalid_target", `"10.0.0.1" cannot be reached from here`);
    };
    const strict = await servePages(folder, { targets: { ...fakes.targets, create } });
    const refused = await strict.post("/targets/new?kind=webhook", { url: "http://10.0.0.1/" });
    expect(/id="url-problem"\s*>([^<]*)</.exec(refused.text)?.[1]).toContain("10.0.0.1");
  });

  it("test, send again and delete", async () => {
    const tested = await served.post("/targets/hook/test");
    expect(await follow(tested.location)).toContain(
      "The test was not taken: answered &lt;500&gt; (12 ms, answer 500).",
    );
    served.alerts.push(alertOf(1, eventOf("e", NOW - HOUR), { state: "dead", lastError: "<gone>" }));
    const page = await served.get("/targets/hook");
    expect(page.text).toContain("failing, probed only");
    expect(page.text).toContain("&lt;gone&gt;");
    const again = await served.post("/targets/hook/redrive", { which: "dead" });
    expect(await follow(again.location)).toContain("One alert waits to be sent again.");
    await served.post("/targets/hook/redrive", { which: "since", from: "2026-04-30T12:00" });
    expect(served.redriven).toMatchObject([
      { target: "hook" },
      { target: "hook", since: Date.UTC(2026, 3, 30, 12) },
    ]);
    const nonsense = await served.post("/targets/hook/redrive", { which: "since", from: "noon" });
    expect(nonsense.status).toBe(400);
    served.ruleMap.set("r", ruleOf("r", { name: "<Rule>" }));
    expect((await served.get("/targets/hook/delete")).text).toContain("“&lt;Rule&gt;”");
    await served.post("/targets/hook/delete");
    expect(served.targetMap.size).toBe(0);
  });

  it("offer to notify the browser only where the server has a key", async () => {
    expect((await served.get("/targets")).text).toContain("push-subscribe");
    const without = await servePages(folder);
    expect((await without.get("/targets")).text).not.toContain("push-subscribe");
  });
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
      expect((await served.post(url, typed, "view")).status).toBe(403);
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

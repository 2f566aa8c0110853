import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { startServer, type TestServer } from "./support/server.ts";

let server: TestServer;
let browser: Browser;
let desk: Page;
/** What the browser complained of: errors of scripts, refused by policy, missing files. */
const complaints: string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  await post("/api/fences", {
    type: "Feature",
    id: "depot",
    geometry: { type: "Point", coordinates: [2.35, 48.85] },
    // Every single fix decides.
    properties: {
      name: "Depot",
      radius: 500,
      exitMargin: 0,
      useAccuracy: false,
      confirmFixes: 0,
      confirmSeconds: 0,
    },
  });
  const now = Date.now();
  const fix = (east: number, ago: number): object => ({
    device: "van-7",
    time: now - ago * 60_000,
    lon: 2.35 + east,
    lat: 48.85,
  });
  await post("/api/positions", [fix(0.05, 30), fix(0, 20), fix(0.05, 10), fix(0, 5)]);
  desk = await (await signIn({ viewport: { width: 1280, height: 800 } })).newPage();
  watch(desk);
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function post(path: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await server.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
}

/** A browser that is signed in. */
async function signIn(options: Parameters<Browser["newContext"]>[0]): Promise<BrowserContext> {
  const context = await browser.newContext({ ...options, locale: "en-GB" });
  const body = JSON.stringify({ token: server.token });
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(`${server.url}/sign-in`, { method: "POST", headers, body });
  const [, value = ""] = /whereabouts_session=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "") ?? [];
  await context.addCookies([{ name: "whereabouts_session", value, url: server.url }]);
  return context;
}

function watch(page: Page): void {
  page.on("pageerror", (error) => complaints.push(String(error.stack)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
  });
}

const textOf = async (page: Page, selector: string): Promise<string> =>
  ((await page.textContent(selector)) ?? "").replaceAll(/\s+/g, " ").trim();

describe("the pages of rules and targets", () => {
  it("are reached from the menu beside the map", { timeout: 60_000 }, async () => {
    await desk.goto(server.url);
    await desk.click("#menu summary");
    await desk.click('#menu a[href="/targets"]');
    await desk.waitForURL(`${server.url}/targets`);
    expect(await textOf(desk, "main")).toContain("Nobody can be told of anything yet");
  });

  it("show the secret of a new target once", { timeout: 60_000 }, async () => {
    await desk.click('a[href="/targets/new?kind=webhook"]');
    await desk.fill("#name", "Dispatch");
    await desk.fill("#url", "https://example.org/hook");
    // Nothing is sent from a test.
    await desk.uncheck("[name=enabled]");
    await desk.click("button.primary");
    expect(await textOf(desk, ".secret")).toMatch(/^whsec_/);
    await desk.reload();
    expect(await desk.locator(".secret").count()).toBe(0);
  });

  it("try a rule in place, without losing what was typed or opened", { timeout: 60_000 }, async () => {
    await desk.goto(`${server.url}/rules/new`);
    await desk.fill("#name", "Arrivals");
    await desk.uncheck("[name=events][value=exit]");
    await desk.click(".help summary");
    await desk.click("button[value=try]");
    await desk.waitForSelector(".trial-count");
    expect(await textOf(desk, ".trial-count")).toBe("2 alerts, 1 device over the last 7 days");
    expect(await textOf(desk, "#try .event >> nth=0")).toMatch(/^van-7 entered Depot/);
    expect(await desk.inputValue("#name")).toBe("Arrivals");
    expect(await desk.getAttribute(".help", "open")).not.toBeNull();
    expect(await desk.isChecked("[name=events][value=exit]")).toBe(false);
    expect(desk.url()).toBe(`${server.url}/rules/new`);
  });

  it("say beside the condition what is wrong with it, then save", { timeout: 60_000 }, async () => {
    await desk.fill("#condition", "position.sped > 3");
    await desk.check("[name=targets]");
    await desk.click(".form-end button.primary");
    expect(await textOf(desk, "#condition-problem")).toContain(`position has no field "sped"`);
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("400")));
    await desk.fill("#condition", "");
    await desk.click(".form-end button.primary");
    await desk.waitForURL(/\/rules\?said=/);
    expect(await textOf(desk, ".table ul")).toMatch(/Arrivals Any device enters any fence.*Dispatch/);
  });

  it("explain an event that the feed leads to", { timeout: 60_000 }, async () => {
    await desk.goto(server.url);
    await desk.click("#feed-rows .when");
    await desk.waitForSelector(".event-title");
    expect(await textOf(desk, "h1")).toBe("van-7 entered Depot");
    expect(await textOf(desk, "main")).toContain("Arrivals");
  });

  it("work without a script, at phone width, with nothing overflowing", { timeout: 60_000 }, async () => {
    const viewport = { width: 390, height: 844 };
    const context = await signIn({ viewport, javaScriptEnabled: false, isMobile: true, hasTouch: true });
    const phone = await context.newPage();
    for (const path of ["/rules", "/rules/new", "/watches/new", "/targets", "/events"]) {
      await phone.goto(server.url + path);
      const width = await phone.locator("main").evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBe(390);
    }
    await phone.goto(`${server.url}/watches/new?kind=silent`);
    await phone.fill("#name", "Lost vans");
    await phone.fill("#seconds", "20");
    await phone.click(".form-end button.primary");
    expect(await textOf(phone, ".table ul")).toContain("Any device sends nothing for 20 min");
    await phone.goto(`${server.url}/rules`);
    await phone.click(".row-link");
    await phone.click("button[value=try]");
    expect(await textOf(phone, ".trial-count")).toContain("2 alerts");
    await phone.click('a:has-text("Delete")');
    await phone.click("button.danger");
    expect(await textOf(phone, ".notice")).toBe("“Arrivals” is deleted.");
    await context.close();
  });

  it("let the browser take its service worker", { timeout: 60_000 }, async () => {
    await desk.goto(`${server.url}/rules`);
    const scope = await desk.evaluate(async () => {
      const registration = await navigator.serviceWorker.register("/push-worker.js");
      await navigator.serviceWorker.ready;
      return registration.scope;
    });
    expect(scope).toBe(`${server.url}/`);
  });

  it("give neither script nor policy a reason to complain", () => {
    expect(complaints).toEqual([]);
  });
});

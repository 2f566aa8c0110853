import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { create, unitSquare } from "./support/define.ts";
import { withoutUpgrades } from "./support/no-upgrades.ts";
import { startServer, type TestServer } from "./support/server.ts";

describe("how the page of the map stays live", () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    await create(server, "/api/fences", unitSquare("square"));
    await report("van", 1.2);
  });
  afterAll(async () => {
    await Promise.all([server.close(), browser.close()]);
  });

  let clock = Date.now() - 86_400_000;
  /** The device is at this longitude, long enough after whatever was reported before for it to have got there. */
  const report = async (device: string, lon: number): Promise<void> => {
    const body = JSON.stringify({ device, time: (clock += 600_000), lon, lat: 0.5, speed: 5 });
    const headers = { "content-type": "application/json" };
    const answer = await server.fetch("/api/positions", { method: "POST", headers, body });
    expect(await answer.json()).toMatchObject({ accepted: 1 });
  };

  /** Signs in at an address of the server, and opens the map, around the square unless a place is given. */
  const open = async (at: string, place = "8/0.5/1"): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 800, height: 500 } });
    await context.request.post(`${at}/sign-in`, { form: { token: server.token } });
    const page = await context.newPage();
    await page.goto(`${at}/#${place}`);
    await live(page);
    return page;
  };
  const live = (page: Page): Promise<void> => page.locator('#connection[data-state="live"]').waitFor();
  const count = (page: Page, text: string): Promise<number> =>
    page.locator("#feed-rows li", { hasText: text }).count();
  /** In the page: has the feed so many lines about the van? */
  const told = (wanted: number): boolean =>
    [...document.querySelectorAll("#feed-rows li")].filter((row) => row.textContent.includes("van")).length >=
    wanted;
  const hasWorker = (page: Page): boolean => page.workers().some((one) => one.url().includes("live-worker"));

  it("[LC2] misses no event while the server is away, and needs no reload", { timeout: 60_000 }, async () => {
    const page = await open(server.url);
    expect(hasWorker(page)).toBe(true);
    await page.evaluate(() => Object.assign(globalThis, { isStillHere: true }));
    await report("van", 0.5);
    await page.locator("#feed-rows li", { hasText: "van" }).waitFor({ state: "attached" });
    const before = await count(page, "van");
    await server.kill();
    await page.locator('#connection[data-state="reconnecting"]').waitFor();
    await server.restart();
    // The page comes back at a moment of its own; some of these happen before.
    for (let round = 0; round < 5; round++) {
      await report("van", 1.2);
      await report("van", 0.5);
    }
    await live(page);
    await page.waitForFunction(told, before + 10);
    await report("other", 0.1);
    await page.locator("#feed-rows li", { hasText: "other" }).waitFor({ state: "attached" });
    expect(await count(page, "van")).toBe(before + 10);
    expect(await page.evaluate(() => "isStillHere" in globalThis)).toBe(true);
    await page.context().close();
  });

  it("falls back to Socket.IO where no WebSocket comes through", { timeout: 60_000 }, async () => {
    await using office = await withoutUpgrades(server.url);
    const page = await open(office.url);
    expect(office.dropped.filter((path) => path === "/api/live/ws").length).toBe(2);
    expect(office.dropped.at(-1)).toBe("/socket.io/");
    const label = page.locator(".marker-labels span", { hasText: "van" });
    await label.waitFor();
    const before = await label.getAttribute("style");
    const events = await count(page, "van");
    await report("van", 1.4);
    await page.waitForFunction(
      (was) =>
        [...document.querySelectorAll(".marker-labels span")].some(
          (one) => one.textContent === "van" && one.getAttribute("style") !== was,
        ),
      before,
    );
    await report("van", 0.5);
    await page.waitForFunction(told, events + 1);
    expect(hasWorker(page)).toBe(false);

    const { url } = (await (
      await server.fetch("/api/shares", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: "Ride", what: { devices: ["van"] } }),
      })
    ).json()) as { url: string };
    const guest = await (await browser.newContext()).newPage();
    await guest.goto(office.url + new URL(url).pathname);
    await live(guest);
    await guest.locator("#share-rows li", { hasText: "Device" }).waitFor();
    await Promise.all([page.context().close(), guest.context().close()]);
  });

  it("[LA3] shows the way to sign in once the session is over", { timeout: 60_000 }, async () => {
    const page = await open(server.url);
    const other = await page.context().newPage();
    await other.goto(`${server.url}/events`);
    await other.evaluate(() => fetch("/sign-out", { method: "POST" }));
    await page.locator("input[name=token]").waitFor();
    expect(await page.locator("#map").count()).toBe(0);
    await page.context().close();
  });

  it("counts what is too many to be drawn, and shows it after a press", { timeout: 60_000 }, async () => {
    const time = Date.now();
    const crowd = Array.from({ length: 1_200 }, (_, index) => ({
      device: `crowd-${index}`,
      time,
      lon: 20 + (index % 40) / 1_000,
      lat: 10 + Math.floor(index / 40) / 1_000,
    }));
    await server.fetch("/api/positions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(crowd),
    });
    const page = await open(server.url, "6/10/20");
    await page.locator(".crowd", { hasText: "1.2k" }).waitFor();
    await page.locator("#device-note", { hasText: "Zoom in for 200 more" }).waitFor();
    expect(await page.textContent("#device-count")).toBe("1\u2009200");
    await page.locator(".crowd").click();
    await page.waitForFunction(() => location.hash.startsWith("#8.5"));
    // Closer still each of its cells holds few enough.
    await page.goto("about:blank");
    await page.goto(`${server.url}/#12/10.015/20.02`);
    await page.waitForFunction(() => document.querySelector("#device-count")?.textContent === "1\u2009200");
    expect(await page.locator(".crowd").count()).toBe(0);
    await page.context().close();
  });
});

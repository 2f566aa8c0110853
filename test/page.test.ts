import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./support/chromium.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { strict } from "./support/strict.ts";

/** Milliseconds from the acknowledgement of a position until every page tells what happened. */
const SOON = 1_000;
const device = "van-7";

let server: TestServer;
let browser: Browser;
let desk: Page;
let phone: Page;
/** What the browsers complained of: errors of scripts, refused by policy, missing files. */
const complaints: string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  await send(-0.06, 200);
  desk = await open({ viewport: { width: 1000, height: 640 } });
  phone = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Signs in as a person does, and opens the map around Paris. */
async function open(options: Parameters<Browser["newContext"]>[0]): Promise<Page> {
  const context: BrowserContext = await browser.newContext(options);
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error.stack)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(`${server.url}/sign-in`);
  await page.fill("input[name=token]", server.token);
  await page.click("button.primary");
  await page.waitForSelector("#map canvas");
  // The map writes its place into the address a moment after it moved; only a page anew is sure to take ours.
  await page.goto("about:blank");
  await page.goto(`${server.url}/#11/48.85/2.35`);
  await page.waitForSelector('#connection[data-state="live"]');
  await row(page, device);
  return page;
}

/** Reports a position `east` degrees east of the middle of the map, `ago` seconds old. */
async function send(east: number, ago: number): Promise<void> {
  const time = Date.now() - ago * 1_000;
  const body = JSON.stringify({
    device,
    time,
    lon: 2.35 + east,
    lat: 48.85,
    speed: 30,
    course: 90,
    accuracy: 12,
  });
  const answer = await server.fetch("/api/positions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  expect(await answer.json()).toMatchObject({ accepted: 1 });
}

/** What a browser says by itself when a server goes away. */
const isBrokenLine = (complaint: string): boolean =>
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket connection|ERR_EMPTY_RESPONSE/.test(complaint);

const row = (page: Page, name: string, timeout = 10_000) =>
  page.waitForSelector(`#device-rows li:has-text("${name}")`, { state: "attached", timeout });

/** Where the marker's name stands on the screen; it follows the marker. */
const markerAt = (page: Page): Promise<string | null> =>
  page.evaluate((name) => {
    const label = [...document.querySelectorAll<HTMLElement>(".marker-labels span")].find(
      (span) => !span.hidden && span.textContent === name,
    );
    return label?.style.transform ?? null;
  }, device);

/** When a line with these words came into the feed, by the page's own clock (the same machine's). */
const lineAppears = (page: Page, words: string): Promise<number> =>
  page.evaluate(
    (text) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelector("#feed-rows")?.textContent?.replaceAll(/\s+/g, " ").includes(text)) {
            resolve(Date.now());
          }
        };
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
        look();
      }),
    words,
  );

async function drawFence(name: string): Promise<void> {
  await desk.click('.tabs a[data-tab="fences"]');
  await desk.click('[data-draw="polygon"]');
  await desk.waitForSelector("#app[data-drawing]");
  const box = await desk.locator("#map canvas").first().boundingBox();
  if (!box) throw new Error("the map has no size");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const corners = [
    [-60, -80],
    [60, -80],
    [60, 80],
    [-60, 80],
    [-60, -80],
  ] as const;
  for (const [dx, dy] of corners) {
    await desk.mouse.move(x + dx, y + dy, { steps: 3 });
    await desk.mouse.click(x + dx, y + dy);
  }
  await desk.waitForFunction(() => document.querySelector(".hint")?.textContent?.startsWith("Drag"));
  await desk.fill("#fence-name", name);
  await desk.click("#fence-panel button.primary");
}

describe("the page", () => {
  it("shows a fence drawn in one browser in the other", { timeout: 60_000 }, async () => {
    await drawFence("Harbour");
    await desk.waitForSelector('#fence-rows li:has-text("Harbour")', { timeout: 10_000 });
    await phone.waitForSelector('#fence-rows li:has-text("Harbour")', {
      state: "attached",
      timeout: 5_000,
    });
    const { fences } = (await (await server.fetch("/api/fences")).json()) as { fences: { id: string }[] };
    expect(fences).toMatchObject([{ geometry: { type: "Polygon" }, properties: { name: "Harbour" } }]);
    // From here on one position decides, so that a line in the feed has one moment to be measured from.
    const answer = await server.fetch(`/api/fences/${fences[0]?.id}`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ properties: strict }),
    });
    expect(answer.status).toBe(200);
  });

  it("moves a device on both maps and says in both feeds that it entered", { timeout: 60_000 }, async () => {
    const before = await Promise.all([markerAt(desk), markerAt(phone)]);
    expect(before).not.toContain(null);
    await send(-0.045, 150);
    const seen = [desk, phone].map((page) => lineAppears(page, "entered Harbour"));
    await send(0, 60);
    const acknowledged = Date.now();
    for (const at of await Promise.all(seen)) expect(at - acknowledged).toBeLessThan(SOON);
    const after = [desk, phone].map((page, index) =>
      page.waitForFunction(
        ([name, was]) =>
          [...document.querySelectorAll<HTMLElement>(".marker-labels span")].some(
            (span) => span.textContent === name && !span.hidden && span.style.transform !== was,
          ),
        [device, before[index]] as const,
        { timeout: 5_000 },
      ),
    );
    await Promise.all(after);
  });

  it("keeps a half-typed name while the panel follows the device", { timeout: 60_000 }, async () => {
    await desk.click('.tabs a[data-tab="devices"]');
    await desk.click(`#device-rows a[data-device="${device}"]`);
    await desk.click("#device-edit summary");
    await desk.fill("#device-name", "Half ty");
    await desk.locator("#device-name").pressSequentially("p");
    const place = await desk.textContent("#device-panel .facts > :last-child dd");
    await send(0.02, 30);
    await desk.waitForFunction(
      (was) => document.querySelector("#device-panel .facts > :last-child dd")?.textContent !== was,
      place,
      { timeout: 5_000 },
    );
    expect(await desk.inputValue("#device-name")).toBe("Half typ");
    expect(await desk.evaluate(() => document.activeElement?.id)).toBe("device-name");
    expect(await desk.getAttribute("#device-edit", "open")).not.toBeNull();
  });

  it("tells the other page of a new name", { timeout: 60_000 }, async () => {
    await desk.fill("#device-name", "The red van");
    await desk.click("#device-edit-form button.primary");
    const named = await row(phone, "The red van", 5_000);
    expect(await named.getAttribute("data-id")).toBe(device);
    await desk.waitForSelector('#device-panel h2:has-text("The red van")', { timeout: 5_000 });
  });

  it(
    "works at phone width: lists rise as a sheet, the panel lies over it, nothing overflows",
    { timeout: 60_000 },
    async () => {
      await phone.tap(".masthead .connection");
      await phone.waitForSelector("#app[data-raised]");
      await phone.tap(`#device-rows a[data-device="${device}"]`);
      await phone.waitForSelector("#device-panel h2");
      expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await phone.tap("#panel-close");
      await phone.waitForSelector("#panel", { state: "hidden" });
    },
  );

  it("says when the line is down, and goes on when the server is back", { timeout: 60_000 }, async () => {
    await server.kill();
    await desk.waitForSelector('#connection[data-state="reconnecting"]', { timeout: 10_000 });
    await server.restart();
    await desk.waitForSelector('#connection[data-state="live"]', { timeout: 15_000 });
    const told = desk.waitForSelector('#feed-rows li:has-text("left Harbour")', {
      state: "attached",
      timeout: 10_000,
    });
    await send(0.08, 0);
    const line = await told;
    expect(await line.getAttribute("data-lon")).not.toBeNull();
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !isBrokenLine(text)));
  });

  it("shows the lists without a script", { timeout: 60_000 }, async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    await context.addCookies(await desk.context().cookies());
    const page = await context.newPage();
    await page.goto(`${server.url}/devices/${device}`);
    expect(await page.textContent("#device-rows")).toContain("The red van");
    expect(await page.textContent("#feed-rows")).toContain("entered");
    expect(await page.textContent("#device-panel h2")).toBe("The red van");
    await context.close();
  });

  it("lets neither script nor policy complain", () => {
    expect(complaints).toEqual([]);
  });
});

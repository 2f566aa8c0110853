import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { startServer, type TestServer } from "./support/server.ts";

const json = { "content-type": "application/json" };

describe("the page of a share link", () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });
  afterAll(async () => {
    await Promise.all([server.close(), browser.close()]);
  });

  const send = async (path: string, body: unknown, method = "POST"): Promise<Response> => {
    const answer = await server.fetch(path, { method, headers: json, body: JSON.stringify(body) });
    expect(answer.status).toBeLessThan(300);
    return answer;
  };
  const report = (device: string, lon: number, ago = 0): Promise<Response> =>
    send("/api/positions", { device, time: Date.now() - ago, lon, lat: 48.01, speed: 5, course: 90 });
  const share = async (body: object): Promise<{ readonly id: string; readonly url: string }> =>
    (await (await send("/api/shares", body)).json()) as { id: string; url: string };

  const watchFailures = (page: Page): string[] => {
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(error.message));
    page.on("response", (answer) => {
      if (answer.status() >= 400) failures.push(`${answer.status()} ${answer.url()}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error") failures.push(message.text());
    });
    return failures;
  };

  it("[AC15] shows devices moving to who has no account, with their way, and ends with the link", async () => {
    await report("cab", 2, 60_000);
    await report("cab", 2.01);
    await report("other", 2.01);
    await send("/api/devices/cab", { name: "The cab" }, "PATCH");
    const { id, url } = await share({ name: "My ride", what: { devices: ["cab"] }, track: true });
    const context = await browser.newContext();
    const page = await context.newPage();
    const failures = watchFailures(page);
    await page.goto(url);
    await page.locator('#connection[data-state="live"]').waitFor();
    const row = page.locator("#share-rows li");
    await row.filter({ hasText: "The cab" }).waitFor();
    expect(await row.count()).toBe(1);
    await page.locator(".marker-labels span", { hasText: "The cab" }).waitFor();
    expect(
      await page.locator("a, nav").evaluateAll((all) => all.map((one) => one.getAttribute("href"))),
    ).toEqual(expect.not.arrayContaining(["/", "/events", "/sign-in"]));
    // The label follows the marker: it has moved once it stands elsewhere.
    const place = (): Promise<string> =>
      page
        .locator(".marker-labels span", { hasText: "The cab" })
        .evaluate((one) => (one as HTMLElement).style.transform);
    const before = await place();
    await report("cab", 2.012);
    await page.waitForFunction(
      (was) =>
        [...document.querySelectorAll<HTMLElement>(".marker-labels span")].some(
          ({ style }) => style.transform !== was,
        ),
      before,
    );
    expect((await context.cookies()).length).toBe(0);
    expect(failures).toEqual([]);

    await server.fetch(`/api/shares/${id}`, { method: "DELETE" });
    await page.locator("#share-count", { hasText: "This link has ended" }).waitFor();
    expect(await row.count()).toBe(0);
    await page.reload();
    await page.locator("h1", { hasText: "The share link has ended" }).waitFor();
    await context.close();
  });

  it("[AC19] is shown in a frame of a site that it names, and of no other", async () => {
    await report("boat", 3);
    const sites: Server[] = [];
    const site = async (html: () => string): Promise<string> => {
      const made = createServer((_, response) => response.setHeader("content-type", "text/html").end(html()));
      sites.push(made);
      await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
      return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
    };
    let url = "";
    const frame = (): string =>
      `<!doctype html><iframe src="${url}?embed" width="600" height="400"></iframe>`;
    const [named, another] = [await site(frame), await site(frame)];
    ({ url } = await share({ name: "Race", what: { devices: ["boat"] }, embed: [named] }));
    const page = await browser.newPage();
    await page.goto(named);
    const inside = page.frameLocator("iframe");
    await inside.locator('#connection[data-state="live"]').waitFor();
    await inside.locator("#share-count", { hasText: "1 device" }).waitFor();
    expect(await inside.locator("#theme").count()).toBe(0);
    const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
    await page.goto(another);
    await refused;
    expect(await page.frameLocator("iframe").locator("#share").count()).toBe(0);
    await page.close();
    for (const made of sites) made.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageRoutes } from "./page-routes.ts";
import { bearer, serve } from "./testing/serve.ts";
import { makePageFolder, servePages, type ServedPages } from "./testing/serve-pages.ts";

const { folder, remove } = makePageFolder();
let served: ServedPages;

beforeAll(async () => {
  served = await servePages(folder);
  served.deviceMap.set("van", {
    name: "<Van>",
    createdAt: 0,
    status: { workspace: "main", device: "van", inside: [], fix: { device: "van", time: 0, lon: 1, lat: 2 } },
  });
});

afterAll(async () => {
  await served.server.close();
  remove();
});

const get = (url: string, token = "view", headers = {}) =>
  served.server.inject({ url, headers: { ...bearer(token), ...headers } });

describe("pageRoutes", () => {
  it("answers pages with a policy that allows no inline script", async () => {
    const page = await get("/");
    expect(page.body).toContain(`src="/assets/main-1.js"`);
    expect(page.body).toContain("&lt;Van&gt;");
    expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
    expect(page.headers["content-security-policy"]).not.toMatch(/script-src [^;]*'unsafe/);
  });

  it("opens the panel of the device in the address, and says when there is none", async () => {
    expect((await get("/devices/van")).body).toContain(`data-live-device="van"`);
    const none = await get("/devices/none");
    expect([none.statusCode, none.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect((await get("/devices/none/panel")).json().code).toBe("unknown_device");
  });

  it("begins the map where the devices are, unless they are all over the world", async () => {
    const extent = async (): Promise<string | undefined> =>
      /data-extent="([^"]*)"/.exec((await get("/")).body)?.[1];
    expect(await extent()).toBe("1 2 1 2");
    for (const [device, lon] of [
      ["west", -100],
      ["east", 100],
    ] as const) {
      served.deviceMap.set(device, {
        createdAt: 0,
        status: { workspace: "main", device, inside: [], fix: { device, time: 0, lon, lat: 3 } },
      });
    }
    expect(await extent()).toBeUndefined();
    served.deviceMap.delete("west");
    expect(await extent()).toBe("1 2 100 3");
    served.deviceMap.delete("east");
  });

  it("tells anybody what an error means, at the address that a problem names", async () => {
    const problem = (await served.server.inject({ url: "/api/devices" })).json() as { type: string };
    const [path = "", code = ""] = problem.type.split("#");
    const page = await served.server.inject({ url: path });
    expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.body).toContain(`id="${code}"`);
  });

  it("offers changes only to administrators", async () => {
    expect((await get("/devices/van/panel")).body).not.toContain("data-delete-device");
    expect((await get("/devices/van/panel", "admin")).body).toContain("data-delete-device");
  });

  it("paints in the light that the reader chose", async () => {
    expect((await get("/", "view", { cookie: "a=b; theme=dark" })).body).toContain(`data-theme="dark"`);
    expect((await get("/", "view", { cookie: "theme=pink" })).body).toContain(`data-theme="auto"`);
  });

  it("gives built files to anybody, packed, for ever, with a policy for the map's worker", async () => {
    const file = await served.server.inject({
      url: "/assets/main-1.js",
      headers: { "accept-encoding": "br" },
    });
    expect(file.body).toBe("packed");
    expect(file.headers).toMatchObject({
      "content-encoding": "br",
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": expect.stringContaining("connect-src 'self'"),
    });
    expect((await served.server.inject({ url: "/assets/none.js" })).json().code).toBe("not_found");
    expect((await served.server.inject({ url: "/assets/../manifest.json" })).statusCode).not.toBe(200);
  });

  it("gives the service worker to anybody, at an address that stays, never stale", async () => {
    const worker = await served.server.inject({ url: "/push-worker.js" });
    expect([worker.statusCode, worker.body]).toEqual([200, "worker"]);
    expect(worker.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "no-cache",
    });
  });

  it("leads administrators to every page, others to those that they may open", async () => {
    for (const url of ["/", "/events"]) {
      expect((await get(url, "admin")).body).toContain(`href="/targets"`);
      expect((await get(url, "view")).body).not.toContain(`href="/targets"`);
    }
    const errors = await served.server.inject({ url: "/docs/errors" });
    expect(errors.body).not.toContain(`href="/events"`);
  });

  it("names only devices that have a name", async () => {
    served.deviceMap.set("plain", {
      createdAt: 0,
      status: { workspace: "main", device: "plain", inside: [] },
    });
    expect((await get("/page/labels.json")).json()).toEqual([["van", "<Van>", null]]);
  });

  it("says what is missing when the page was not built", async () => {
    await expect(serve().server.register(pageRoutes, { ...served, folder: "/nowhere" })).rejects.toThrow(
      /npm run build/,
    );
  });
});

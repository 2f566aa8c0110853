import { describe, expect, it } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { runCli, startServer, type TestServer } from "./support/server.ts";

const PASSWORD = "a long enough secret";
const json = { "content-type": "application/json" };
const html = { accept: "text/html" };

const online = (server: TestServer, workspace?: string): Record<string, string> => ({
  WHEREABOUTS_URL: server.url,
  WHEREABOUTS_TOKEN: server.token,
  ...(workspace !== undefined && { WHEREABOUTS_WORKSPACE: workspace }),
});

/** Runs a command that must work; answers what it prints. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, env);
  expect(stderr).not.toContain("whereabouts:");
  expect(code).toBe(0);
  return stdout.trim();
}

/** Takes an invitation; answers the session's cookie. */
async function take(link: string, name: string): Promise<string> {
  const body = new URLSearchParams({ name, password: PASSWORD });
  const answer = await fetch(link, { method: "POST", body, redirect: "manual" });
  expect(answer.status).toBe(303);
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

interface Ways {
  /** Asks with the server's own token. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Response>;
}

const inside = (server: TestServer, workspace: string): Ways => ({
  ask: (method, path, body) =>
    server.fetch(path, {
      method,
      headers: { ...json, "whereabouts-workspace": workspace },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
});

/** Devices, a fence, a rule, a target, a watch, a share link and a token, all of whose names begin with the workspace's. */
async function furnish(server: TestServer, workspace: string, devices = 3): Promise<string> {
  const { ask } = inside(server, workspace);
  const positions = Array.from({ length: devices }, (_, i) => ({
    device: `${workspace}-van-${i}`,
    time: Date.now() - 60_000,
    lon: 2.35,
    lat: 48.85,
  }));
  const done = async (answer: Promise<Response>): Promise<Record<string, string>> => {
    const response = await answer;
    const body = await response.text();
    expect(response.ok, body).toBe(true);
    return JSON.parse(body) as Record<string, string>;
  };
  await done(ask("POST", "/api/positions", positions));
  const properties = { name: `${workspace}-depot`, radius: 150, confirmFixes: 0, confirmSeconds: 0 };
  const geometry = { type: "Point", coordinates: [2.35, 48.85] };
  await done(ask("POST", "/api/fences", { type: "Feature", id: `${workspace}-depot`, geometry, properties }));
  const target = { kind: "webhook", name: `${workspace}-hook`, url: "https://example.org/hook" };
  const { id } = await done(ask("POST", "/api/targets", { ...target, enabled: false }));
  await done(ask("POST", "/api/rules", { name: `${workspace}-rule`, events: ["enter"], targets: [id] }));
  await done(ask("POST", "/api/watches", { kind: "silent", name: `${workspace}-watch`, seconds: 900 }));
  await done(
    ask("POST", "/api/shares", { name: `${workspace}-link`, what: { devices: [`${workspace}-van-0`] } }),
  );
  const later = positions.map(({ device, lon, lat }) => ({ device, lon, lat, time: Date.now() }));
  await done(ask("POST", "/api/positions", later));
  const { token = "" } = await done(
    ask("POST", "/api/tokens", { name: `${workspace}-token`, scopes: ["ingest"] }),
  );
  return token;
}

/** Everything that somebody can read with these headers, as one text. */
async function readAll(server: TestServer, headers: Record<string, string>): Promise<string> {
  const answers = [
    "devices",
    "fences",
    "rules",
    "targets",
    "watches",
    "shares",
    "tokens",
    "members",
    "audit",
    "events",
  ].map((list) => `/api/${list}`);
  const pages = [
    "/",
    "/fences",
    "/events",
    "/rules",
    "/watches",
    "/targets",
    "/shares",
    "/members",
    "/audit",
    "/workspaces",
  ];
  const labels = ["/page/labels.json", "/page/events.json"];
  const texts = [...answers, ...pages, ...labels].map(async (path) => {
    const response = await fetch(server.url + path, {
      headers: { ...headers, ...(path.startsWith("/api") ? {} : html) },
    });
    expect([path, response.status]).toEqual([path, 200]);
    return await response.text();
  });
  return (await Promise.all(texts)).join("\n");
}

/** The first snapshot of a live stream over server-sent events, and how to wait for its end. */
async function watch(server: TestServer, cookie: string) {
  const response = await fetch(`${server.url}/api/live?bbox=-180,-90,180,90&events=all`, {
    headers: { cookie },
  });
  expect(response.status).toBe(200);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  const until = async (test: (text: string) => boolean): Promise<string> => {
    while (!test(seen)) {
      const { value, done } = await reader.read();
      if (done) return seen;
      seen += value;
    }
    return seen;
  };
  return { until, close: () => reader.cancel() };
}

/** Waits until everything in the workspace is deleted: from then on its id is only kept from being given again. */
async function gone(server: TestServer, id: string): Promise<void> {
  for (;;) {
    const order = { id, owner: "max@example.org" };
    const refused = await inside(server, "main").ask("POST", "/api/workspaces", order);
    const { detail } = (await refused.json()) as { detail: string };
    if (detail.includes("within the last hour")) return;
    expect(detail).toContain("is being deleted");
  }
}

describe("workspaces", () => {
  it("[AC36] nothing of one is seen in another, at any door", async () => {
    await using server = await startServer();
    const link = await run(
      ["workspace", "create", "ferry", "--name", "Ferries", "--owner", "lee@example.org"],
      online(server),
    );
    const lee = await take(link, "Lee");
    const kim = await take(
      await run(["user", "add", "kim@example.org", "--role", "owner"], online(server)),
      "Kim",
    );
    const token = await furnish(server, "ferry");
    await furnish(server, "main");

    const [ferry, main] = [await readAll(server, { cookie: lee }), await readAll(server, { cookie: kim })];
    for (const thing of ["van-0", "depot", "rule", "hook", "watch", "link", "token"]) {
      expect(ferry).toContain(`ferry-${thing}`);
      expect(main).toContain(`main-${thing}`);
    }
    expect(ferry).not.toMatch(/main-(?:van|depot|rule|hook|watch|link|token)|kim@/);
    expect(main).not.toMatch(/ferry-|lee@/);

    const mine = await watch(server, lee);
    const text = await mine.until((seen) => seen.includes("ferry-van-2"));
    const body = JSON.stringify({ device: "ferry-van-9", time: Date.now(), lon: 2, lat: 48 });
    const sent = await fetch(`${server.url}/api/positions`, {
      method: "POST",
      headers: { ...json, authorization: `Bearer ${token}` },
      body,
    });
    expect(await sent.json()).toMatchObject({ accepted: 1 });
    expect(text + (await mine.until((seen) => seen.includes("ferry-van-9")))).not.toContain("main-");
    await mine.close();

    const named = { headers: { cookie: lee, "whereabouts-workspace": "main" } };
    expect((await fetch(`${server.url}/api/devices`, named)).status).toBe(403);
    expect((await fetch(`${server.url}/api/devices/main-van-0`, { headers: { cookie: lee } })).status).toBe(
      404,
    );
    const backup = { method: "POST", headers: { cookie: lee, "sec-fetch-site": "same-origin" } };
    expect((await fetch(`${server.url}/api/backup`, backup)).status).toBe(403);
    expect(await run(["workspace", "list", "--all"], online(server))).toBe("ferry  Ferries\nmain");
    expect(await run(["user", "list"], online(server, "ferry"))).toContain("lee@example.org");
  });

  it("[AC35] deleting one ends every door and stream at once, goes on after kill -9, and leaves nothing to its successor", async () => {
    await using server = await startServer();
    const link = await run(["workspace", "create", "ferry", "--owner", "lee@example.org"], online(server));
    const lee = await take(link, "Lee");
    const token = await furnish(server, "ferry", 2_000);
    await furnish(server, "main");
    const stream = await watch(server, lee);
    await stream.until((seen) => seen.includes("ferry-van-0"));

    const refused = await runCli(["workspace", "delete", "ferry", "--confirm", "Ferry"], online(server));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('expected "ferry"') });
    await run(["workspace", "delete", "ferry", "--confirm", "ferry"], online(server));
    await server.kill();
    await stream.until(() => false).catch(() => undefined);
    expect(await run(["workspace", "list"], { WHEREABOUTS_DATA: server.folder })).toBe("main");
    await server.restart();

    expect((await fetch(`${server.url}/api/devices`, { headers: { cookie: lee } })).status).toBe(401);
    const body = JSON.stringify({ device: "ferry-van-0", time: Date.now(), lon: 2, lat: 48 });
    const sent = { method: "POST", headers: { ...json, authorization: `Bearer ${token}` }, body };
    expect((await fetch(`${server.url}/api/positions`, sent)).status).toBe(401);
    await gone(server, "ferry");

    await server.stop();
    await run(["workspace", "create", "ferry", "--owner", "max@example.org"], {
      WHEREABOUTS_DATA: server.folder,
    });
    await server.restart();
    const max = await take(
      await run(["user", "add", "max@example.org", "--role", "owner"], online(server, "ferry")),
      "Max",
    );
    expect(await readAll(server, { cookie: max })).not.toMatch(/ferry-|lee@/);
    expect(await run(["user", "list"], online(server))).not.toContain("lee@");
    const { devices } = (await (await inside(server, "main").ask("GET", "/api/devices")).json()) as {
      devices: unknown[];
    };
    expect(devices).toHaveLength(3);

    await furnish(server, "ferry");
    await server.stop();
    await run(["workspace", "delete", "ferry", "--confirm", "ferry"], { WHEREABOUTS_DATA: server.folder });
    expect(await run(["workspace", "list"], { WHEREABOUTS_DATA: server.folder })).toBe("main");
    await run(["workspace", "create", "ferry", "--owner", "max@example.org"], {
      WHEREABOUTS_DATA: server.folder,
    });
  });

  it("[AC32] somebody goes to another one with a form, without scripts, and the map there follows along live", async () => {
    await using server = await startServer();
    const kim = await take(
      await run(["user", "add", "kim@example.org", "--role", "owner"], online(server)),
      "Kim",
    );
    const made = await fetch(`${server.url}/api/workspaces`, {
      method: "POST",
      headers: { ...json, cookie: kim, "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ id: "ferry", name: "Ferries" }),
    });
    expect(made.status).toBe(201);
    await furnish(server, "main", 1);
    await furnish(server, "ferry", 1);
    const [name = "", value = ""] = kim.split("=");
    await using browser = await launchChromium();
    const plain = await browser.newContext({ javaScriptEnabled: false });
    await plain.addCookies([{ name, value, url: server.url }]);
    const list = await plain.newPage();
    await list.goto(`${server.url}/workspaces`);
    await list.getByRole("button", { name: "Go to Ferries" }).click();
    await list.waitForURL(`${server.url}/`);
    expect(await list.locator(".masthead .workspace").textContent()).toBe("Ferries");

    const page = await browser.newPage();
    await page.context().addCookies([{ name, value, url: server.url }]);
    await page.goto(server.url);
    await page.waitForSelector('#connection[data-state="live"]');
    await page.locator("#devices a", { hasText: "ferry-van-0" }).waitFor();
    const position = { device: "ferry-van-9", time: Date.now(), lon: 2.351, lat: 48.851 };
    await inside(server, "ferry").ask("POST", "/api/positions", position);
    await page.locator("#devices a", { hasText: "ferry-van-9" }).waitFor();
    expect(await page.locator("body").textContent()).not.toContain("main-van");
    // Who goes elsewhere in another window does not go on looking at the one that was left.
    await list.goto(`${server.url}/workspaces`);
    await list.getByRole("button", { name: "Go to main" }).click();
    await list.waitForURL(`${server.url}/`);
    await page.locator("#devices a", { hasText: "main-van-0" }).waitFor();
    await page.locator("#devices a", { hasText: "ferry-van-9" }).waitFor({ state: "detached" });
  });
});

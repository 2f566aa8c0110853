import { io } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { runCli, startServer, type TestServer } from "./support/server.ts";

const PASSWORD = "a long enough secret";
const json = { "content-type": "application/json" };

const report = async (server: TestServer, device: string, lon: number): Promise<void> => {
  const position = { device, time: Date.now(), lon, lat: 48 };
  const answer = await server.fetch("/api/positions", {
    method: "POST",
    headers: json,
    body: JSON.stringify(position),
  });
  expect(answer.status).toBe(200);
};

const change = (server: TestServer, method: string, path: string, body?: object): Promise<Response> =>
  server.fetch(path, { method, headers: json, ...(body && { body: JSON.stringify(body) }) });

const online = (server: TestServer): Record<string, string> => ({
  WHEREABOUTS_URL: server.url,
  WHEREABOUTS_TOKEN: server.token,
});

/** Invites somebody on the command line, takes the invitation; answers the session's cookie. */
async function join(server: TestServer, email: string, ...more: string[]): Promise<string> {
  const { stdout, code } = await runCli(["user", "add", email, ...more], online(server));
  expect(code).toBe(0);
  const answer = await fetch(stdout.trim(), {
    method: "POST",
    body: new URLSearchParams({ name: `Name of ${email}`, password: PASSWORD }),
    redirect: "manual",
  });
  expect(answer.status).toBe(303);
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

interface Frame {
  readonly positions: readonly { readonly device: string }[];
  readonly gone: readonly string[];
}

/** Watches the world over Socket.IO with a cookie; `until` waits for a frame, `ended` for the server's last word. */
function watch(server: TestServer, cookie: string, transports: ("websocket" | "polling")[]) {
  const socket = io(server.url, { transports, extraHeaders: { cookie }, reconnection: false });
  const seen = new Set<string>();
  const gone: string[] = [];
  let changed = (): void => {};
  socket.on("connect", () => socket.emit("watch", { bbox: [-180, -90, 180, 90], events: "all" }));
  socket.on("positions", (frame: Frame) => {
    for (const { device } of frame.positions) seen.add(device);
    gone.push(...frame.gone);
    changed();
  });
  const ended = new Promise<{ reason: string }>((resolve) => socket.on("end", resolve));
  return {
    seen,
    gone,
    ended,
    socket,
    until: (test: () => boolean) =>
      new Promise<void>((resolve) => {
        changed = () => void (test() && resolve());
        changed();
      }),
  };
}

describe("members", () => {
  it.each([["websocket" as const], ["polling" as const]])(
    "see what their groups allow over %s, through changes of groups and a kill -9, and nothing once removed",
    async (transport) => {
      await using server = await startServer();
      for (const device of ["bus", "van", "lone"]) await report(server, device, 2);
      await change(server, "PATCH", "/api/devices/bus", { groups: ["north/buses"] });
      await change(server, "PATCH", "/api/devices/van", { groups: ["south"] });
      await join(server, "own@example.org", "--role", "owner");
      const north = await join(server, "north@example.org", "--group", "north");
      const south = await join(server, "south@example.org", "--group", "south");
      await server.kill();
      await server.restart();

      const [one, other] = [watch(server, north, [transport]), watch(server, south, [transport])];
      await one.until(() => one.seen.has("bus"));
      await other.until(() => other.seen.has("van"));
      await change(server, "PATCH", "/api/devices/van", { groups: ["north"] });
      await one.until(() => one.seen.has("van"));
      await other.until(() => other.gone.includes("van"));
      await report(server, "lone", 3);
      await report(server, "bus", 3);
      await report(server, "van", 3);
      await one.until(() => one.seen.size === 2);
      expect([...one.seen].sort()).toEqual(["bus", "van"]);
      expect([...other.seen]).toEqual(["van"]);

      const { code } = await runCli(["user", "remove", "north@example.org"], online(server));
      expect(code).toBe(0);
      expect(await one.ended).toMatchObject({ reason: "revoked" });
      expect((await fetch(`${server.url}/api/devices`, { headers: { cookie: north } })).status).toBe(401);
      one.socket.close();
      other.socket.close();
    },
  );

  it("a device's own token sends its positions and no others", async () => {
    await using server = await startServer();
    const made = await change(server, "POST", "/api/tokens", { scopes: ["ingest"], device: "van-7" });
    const { token } = (await made.json()) as { token: string };
    const send = async (devices: readonly string[]) => {
      const body = JSON.stringify(devices.map((device) => ({ device, time: Date.now(), lon: 1, lat: 1 })));
      const headers = { ...json, authorization: `Bearer ${token}` };
      return await (await server.fetch("/api/positions", { method: "POST", headers, body })).json();
    };
    expect(await send(["van-7", "van-8"])).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: "forbidden" }],
    });
    const osmand = (id: string) =>
      fetch(
        `${server.url}/osmand?id=${id}&lat=1&lon=1&timestamp=${Math.floor(Date.now() / 1000)}&token=${token}`,
      );
    expect((await osmand("van-7")).status).toBe(200);
    expect((await osmand("van-8")).status).toBe(403);
  });

  it("join with a link, sign out, and sign in with the password, in a browser", async () => {
    await using server = await startServer();
    await report(server, "bus", 2);
    await report(server, "van", 2);
    await change(server, "PATCH", "/api/devices/bus", { groups: ["north"] });
    const { stdout } = await runCli(["user", "add", "kim@example.org", "--group", "north"], online(server));
    await using browser = await launchChromium();
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on("response", (response) => {
      if (response.status() >= 400 && !response.url().endsWith("/sign-in")) refused.push(response.url());
    });
    await page.goto(stdout.trim());
    await page.getByLabel("Name").fill("Kim");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Join" }).click();
    await page.waitForURL(`${server.url}/`);
    await page.goto(`${server.url}/account`);
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.waitForURL(/sign-in/);
    await page.getByLabel("Mail address").fill("kim@example.org");
    await page.getByLabel("Password").fill("not the right one");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    expect(await page.getByRole("alert").textContent()).toContain("password is wrong");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(`${server.url}/`);
    await page.locator("#devices a").first().waitFor();
    await page.waitForSelector('#connection[data-state="live"]');
    await page.waitForLoadState("networkidle");
    expect(await page.locator("body").textContent()).not.toContain("van");
    expect(refused).toEqual([]);
  });
});

// Together: most of the time each waits for its servers to come to rest.
describe.concurrent("the bench of live push", () => {
  it("holds connections to a real server and says what they cost", async () => {
    const { stdout, code } = await runCli(["bench", "push", "--connections", "60", "--hold", "1", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      connections: 60,
      lost: 0,
      rssPerConnection: expect.any(Number),
    });
  });

  it("holds them by long-polling as well", async () => {
    const sizes = ["--connections", "60", "--hold", "1"];
    const { stdout, code } = await runCli(["bench", "push", "--only", "long-polling", ...sizes, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      connectionsLongPolling: 60,
      lost: 0,
      rssPerConnectionLongPolling: expect.any(Number),
      cpuPerThousandLongPolling: expect.any(Number),
    });
  });

  it("compares a place that many look at with plain servers that send the same frames", async () => {
    const sizes = ["--hot", "20", "--seconds", "1"];
    const { stdout, code } = await runCli(["bench", "push", "--only", "hot", ...sizes, "--json"]);
    expect(code).toBe(0);
    const figures = JSON.parse(stdout) as Record<string, number>;
    // Few viewers, who are all kept up with: both send everything, but for a frame at an end of the time.
    expect(figures["hotRatio"]).toBeGreaterThan(0.5);
    expect(figures["hotRatioSocketIo"]).toBeGreaterThan(0.5);
  });

  it("sends no viewer more because more devices move where nobody looks", async () => {
    const sizes = ["--devices", "1600", "--viewers", "80", "--seconds", "1"];
    const { stdout, code } = await runCli(["bench", "push", "--only", "outside", ...sizes, "--json"]);
    expect(code).toBe(0);
    const { bytesRatioFleetDoubled } = JSON.parse(stdout) as { bytesRatioFleetDoubled: number };
    expect(bytesRatioFleetDoubled).toBeGreaterThan(0.5);
    expect(bytesRatioFleetDoubled).toBeLessThan(1.5);
  });

  it("compares viewers who poll with the same viewers who are pushed to", async () => {
    const sizes = ["--polling", "20", "--polling-devices", "1000", "--seconds", "1"];
    const { stdout, stderr, code } = await runCli(["bench", "push", "--only", "polling", ...sizes, "--json"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const figures = JSON.parse(stdout) as Record<string, number>;
    expect(figures).toMatchObject({ pollFailed: 0, pushLost: 0 });
    expect(figures["pollRate"]).toBeGreaterThan(0.5);
    expect(figures["pollRate"]).toBeLessThan(1.5);
    // Ten devices each: a page of them in JSON is more than their moves in frames.
    expect(figures["pollBytesPerViewerSecond"]).toBeGreaterThan(1_000);
    expect(figures["pushBytesPerViewerSecond"]).toBeGreaterThan(0);
    for (const kind of ["poll", "push"]) {
      expect(figures[`${kind}AgeP50Ms`]).toBeLessThanOrEqual(figures[`${kind}AgeP99Ms`] ?? 0);
      expect(figures[`${kind}CpuShare`]).toBeGreaterThan(0);
    }
  });
});

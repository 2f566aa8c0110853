import { readdir, readFile, readlink } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../bench/support/random.ts";
import { connect, type TestClient, TRANSPORTS } from "../src/live/testing/clients.ts";
import { Debugger } from "./support/debugger.ts";
import { Hostile } from "./support/hostile.ts";
import { startServer, type TestServer } from "./support/server.ts";

/** `FUZZ_MESSAGES=1000000 SEED=7 npx vitest run --project system test/live-fuzz.test.ts` looks longer, and elsewhere. */
const MESSAGES = Number(process.env["FUZZ_MESSAGES"] ?? 100_000);
const SEED = Number(process.env["SEED"] ?? 1);
/** Bytes that a process may hold more after all of them than after the first fifth: caches, and what is compiled. */
const MORE = 3 * 1024 * 1024;
/** Milliseconds in which what is left of hostile clients must be gone: a session of long-polling is missed after 35 s. */
const SETTLED = 40_000;

const json = { "content-type": "application/json" };
const SECRET = "secret-van";
const WORLD = { bbox: [-180, -90, 180, 90], events: "all" } as const;

async function send(server: TestServer, method: string, path: string, body: object): Promise<unknown> {
  const answer = await server.fetch(path, { method, headers: json, body: JSON.stringify(body) });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return await answer.json();
}

const report = (server: TestServer, device: string, lon: number, time: number): Promise<unknown> =>
  send(server, "POST", "/api/positions", { device, lon, lat: 48, time });

/** A fence between the longitudes 9 and 10, two devices, and a token for one of them. */
async function furnish(server: TestServer): Promise<string> {
  const corners = [9, 10, 10, 9, 9].map((lon, i) => [lon, i < 2 || i === 4 ? 47 : 49]);
  const geometry = { type: "Polygon", coordinates: [corners] };
  const properties = { name: "yard", exitMargin: 0, useAccuracy: false, confirmFixes: 0, confirmSeconds: 0 };
  await send(server, "POST", "/api/fences", { type: "Feature", geometry, properties });
  for (const id of ["van", SECRET]) {
    await send(server, "POST", "/api/devices", { id });
    await report(server, id, 8, Date.now() - 3_600_000);
  }
  await send(server, "PATCH", "/api/devices/van", { groups: ["north"] });
  const order = { name: "hostile", scopes: ["view"], groups: ["north"] };
  return ((await send(server, "POST", "/api/tokens", order)) as { token: string }).token;
}

/** Sockets that a process has open. */
async function socketsOf(pid: number): Promise<number> {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")),
  );
  return links.filter((link) => link.startsWith("socket:")).length;
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

/** Live streams that are open, over all processes. */
async function viewersOf(server: TestServer): Promise<number> {
  // On a connection of its own: those of the test are not to be counted.
  const headers = { connection: "close" };
  const text = await (await server.fetch("/metrics", { headers })).text();
  const found = text.matchAll(/^whereabouts_live_viewers\{kind="\w+"\} (\d+)$/gm);
  return Array.from(found, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
}

/** Waits until a figure is no more than it should be; answers what it is at last. */
async function settled(figure: () => Promise<number>, most: number): Promise<number> {
  const end = Date.now() + SETTLED;
  for (let value = await figure(); ; value = await figure()) {
    if (value <= most || Date.now() > end) return value;
    await pause(20);
  }
}

/** The device is shown at a longitude, and heard to have entered the fence so many times. */
async function isExact(client: TestClient, lon: number, enters: number): Promise<void> {
  await client.next("positions", ({ positions }) =>
    positions.some((one: { device: string; lon: number }) => one.device === "van" && one.lon === lon),
  );
  if (enters > 0) await client.next("event", ({ event }) => event.device === "van");
  const events = client.told.filter(({ name }) => name === "event").map(({ body }) => body.event.type);
  expect(events).toEqual(Array.from({ length: enters }, () => "enter"));
}

describe("100,000 messages that no client should send", () => {
  it.each([
    ["one process", [], 0.6],
    ["a gateway", ["--gateways", "1"], 0.4],
  ] as const)(
    "[LH5] to %s: it goes on, others get exact data, and nothing stays behind",
    { timeout: 120_000 + MESSAGES },
    async (_, args, share) => {
      await using server = await startServer({ args, env: { NODE_OPTIONS: "--inspect=127.0.0.1:0" } });
      const pids = [server.pid, ...(await childrenOf(server.pid))];
      using stack = new DisposableStack();
      const debuggers = await Debugger.all(server.output);
      for (const one of debuggers) stack.use(one);
      expect(debuggers).toHaveLength(pids.length);
      const token = await furnish(server);
      const ask = { ...WORLD, token: server.token };
      const clients = TRANSPORTS.map((transport) => connect(transport, server, ask));
      for (const client of clients) stack.defer(() => client.close());
      await Promise.all(clients.map((client) => isExact(client, 8, 0)));
      const hostile = new Hostile({ url: server.url, token, secret: SECRET }, seededRandom(SEED));
      const settle = async (): Promise<void> => {
        // What a gateway says of itself is up to a second old: more may be told than there are, or fewer.
        const off = async (): Promise<number> => Math.abs((await viewersOf(server)) - clients.length);
        expect(await settled(off, 0)).toBe(0);
      };

      await hostile.attack(MESSAGES * share * 0.2);
      await settle();
      const sockets = await Promise.all(pids.map(socketsOf));
      const before = await Promise.all(debuggers.map((one) => one.memory()));
      await hostile.attack(MESSAGES * share * 0.8);
      hostile.close();
      await settle();

      // The same processes, which hold as much as before, and no socket more.
      expect([server.pid, ...(await childrenOf(server.pid))]).toEqual(pids);
      for (const [i, pid] of pids.entries()) {
        expect(await settled(() => socketsOf(pid), sockets[i]!)).toBeLessThanOrEqual(sockets[i]!);
        const { heapUsed, arrayBuffers } = await debuggers[i]!.memory();
        expect(heapUsed - before[i]!.heapUsed).toBeLessThan(MORE);
        expect(arrayBuffers - before[i]!.arrayBuffers).toBeLessThan(MORE);
        expect(await debuggers[i]!.evaluate("'polluted' in {} || Object.keys(Object.prototype).length")).toBe(
          0,
        );
      }
      // Whoever was there gets what is new, and so does whoever comes.
      await report(server, "van", 9.5, Date.now() - 1_000);
      await Promise.all(clients.map((client) => isExact(client, 9.5, 1)));
      const late = TRANSPORTS.map((transport) => connect(transport, server, ask));
      for (const client of late) stack.defer(() => client.close());
      await Promise.all(late.map((client) => isExact(client, 9.5, 0)));

      stack.dispose();
      // [LL1] Nothing that they have left behind keeps it from ending.
      const asked = performance.now();
      expect(await server.stop()).toBe(0);
      expect(performance.now() - asked).toBeLessThan(5_000);

      // It was an attack: every answer that there is came back, and nothing that the log calls an error.
      expect([...hostile.answers.keys()]).toEqual(
        expect.arrayContaining([...STATUS, ...CODES.map((code) => `"code":"${code}"`)]),
      );
      expect(server.output.split("\n").filter((line) => /"level":[4-9]\d|Error|Warning/.test(line))).toEqual(
        [],
      );
    },
  );
});

/** How the answers begin, and the codes of the problems in them. */
const STATUS = ["101", "200", "400", "401", "404"].map((status) => `HTTP/1.1 ${status}`);
const CODES = ["invalid_json", "invalid_body", "invalid_parameter", "duplicate_key", "too_many_requests"];

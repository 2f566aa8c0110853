import { readFile } from "node:fs/promises";
import { io } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { RawSocket, upgradeRequest } from "./support/raw-web-socket.ts";
import { startServer, type TestServer } from "./support/server.ts";

const json = { "content-type": "application/json" };
const WORLD = { bbox: [-180, -90, 180, 90], events: "all", zoom: 3 };

const report = async (server: TestServer, device: string, lon: number, time = Date.now()): Promise<void> => {
  const body = JSON.stringify({ device, time, lon, lat: 48 });
  const answer = await server.fetch("/api/positions", { method: "POST", headers: json, body });
  expect(answer.status).toBe(200);
};

/** Processes that a process has started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

/** Does a process run? */
async function isThere(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "Z");
  return !/\) Z /.test(stat) && stat !== "Z";
}

async function metric(server: TestServer, name: string): Promise<number> {
  const text = await (await server.fetch("/metrics")).text();
  return Number(new RegExp(`^whereabouts_live_${name} (\\S+)$`, "m").exec(text)?.[1]);
}

/** A viewer on the plain WebSocket with JSON frames; comes back with its cursor when told to. */
class Watcher {
  readonly seen: Map<string, number> = new Map();
  readonly events: string[] = [];
  ended: { readonly reason: string } | undefined;
  closes = 0;
  #cursor: string | undefined;
  #changed: () => void = () => undefined;
  #socket: WebSocket;
  readonly #url: string;

  constructor({ url, token }: Pick<TestServer, "url" | "token">) {
    this.#url = `${url.replace("http", "ws")}/api/live/ws?token=${token}`;
    this.#socket = this.#open();
  }

  comeBack(): void {
    this.#socket = this.#open();
  }

  close(): void {
    this.#socket.terminate();
  }

  /** Resolves when the test holds. */
  until(test: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = () => void (test() && resolve());
      this.#changed();
    });
  }

  #open(): WebSocket {
    const socket = new WebSocket(this.#url);
    const cursor = this.#cursor;
    socket.on("error", () => undefined);
    socket.once("open", () =>
      socket.send(JSON.stringify(["watch", { ...WORLD, format: "json", ...(cursor && { cursor }) }])),
    );
    socket.on("message", (data: Buffer) => this.#take(JSON.parse(data.toString()) as [string, never]));
    socket.once("close", () => {
      this.closes++;
      this.#changed();
    });
    return socket;
  }

  #take([name, body]: [string, { cursor?: string } & Record<string, unknown>]): void {
    if (body.cursor !== undefined) this.#cursor = body.cursor;
    if (name === "positions") {
      for (const { device, lon } of body["positions"] as { device: string; lon: number }[])
        this.seen.set(device, lon);
    }
    if (name === "event") this.events.push((body["event"] as { id: string }).id);
    if (name === "end") this.ended = body as unknown as { reason: string };
    this.#changed();
  }
}

describe("gateways", () => {
  it("[LG1] [LG2] [LG3] hold the WebSockets of a server; when one is killed the others do not notice, and its clients miss nothing", async () => {
    await using server = await startServer({ args: ["--gateways", "2"] });
    const pids = await childrenOf(server.pid);
    expect(pids).toHaveLength(2);
    const square = {
      type: "Polygon",
      coordinates: [
        [
          [9, 47],
          [10, 47],
          [10, 49],
          [9, 49],
          [9, 47],
        ],
      ],
    };
    const layers = { exitMargin: 0, useAccuracy: false, confirmFixes: 0, confirmSeconds: 0 };
    const fence = { type: "Feature", geometry: square, properties: { name: "yard", ...layers } };
    await server.fetch("/api/fences", { method: "POST", headers: json, body: JSON.stringify(fence) });
    await report(server, "van", 8, Date.now() - 3_600_000);
    const watchers = Array.from({ length: 8 }, () => new Watcher(server));
    await Promise.all(watchers.map((one) => one.until(() => one.seen.get("van") === 8)));

    process.kill(pids[0]!, "SIGKILL");
    const isHit = (one: Watcher): boolean => one.closes > 0;
    // Half of them were there.
    await untilHalf(watchers);
    const [hit, spared] = [watchers.filter(isHit), watchers.filter((one) => !isHit(one))];
    expect([hit.length, spared.length]).toEqual([4, 4]);
    await report(server, "van", 9.5);
    await Promise.all(
      spared.map((one) => one.until(() => one.seen.get("van") === 9.5 && one.events.length === 1)),
    );
    for (const one of hit) one.comeBack();
    await Promise.all(
      hit.map((one) => one.until(() => one.seen.get("van") === 9.5 && one.events.length === 1)),
    );
    expect(spared.every((one) => one.closes === 0)).toBe(true);
    expect(new Set(watchers.flatMap(({ events }) => events)).size).toBe(1);

    // Another one takes its place, and all of them end with the server.
    for (;;) {
      const now = await childrenOf(server.pid);
      if (now.length === 2) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const all = await childrenOf(server.pid);
    await server.kill();
    await Promise.all(watchers.map((one) => one.until(() => one.closes > (hit.includes(one) ? 1 : 0))));
    for (const pid of all) while (await isThere(pid)) await new Promise((resolve) => setImmediate(resolve));
  });

  it("[LG1] [LG3] let go of whoever is revoked, and say goodbye when the server stops", async () => {
    await using server = await startServer({ args: ["--gateways", "1"] });
    await report(server, "van", 8, Date.now() - 3_600_000);
    const made = await server.fetch("/api/tokens", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ name: "a viewer", scopes: ["view"] }),
    });
    const { id, token } = (await made.json()) as { id: string; token: string };
    const [guest, stays] = [new Watcher({ url: server.url, token }), new Watcher(server)];
    const stranger = new Watcher({ url: server.url, token: "wrong" });
    const socket = io(server.url, { transports: ["websocket"], query: { token: server.token } });
    const polling = io(server.url, { transports: ["polling"], auth: { token: server.token } });
    const frames = [socket, polling].map((one) => {
      one.on("connect", () => one.emit("watch", WORLD));
      return new Promise<{ positions: { device: string }[] }>((resolve) => one.once("positions", resolve));
    });
    for (const { positions } of await Promise.all(frames)) {
      expect(positions.map(({ device }) => device)).toEqual(["van"]);
    }
    await Promise.all([guest, stays].map((one) => one.until(() => one.seen.has("van"))));
    await stranger.until(() => stranger.closes === 1);
    expect(stranger.seen.size).toBe(0);
    // Three WebSockets there, long-polling here.
    while ((await metric(server, "gateways")) !== 1) await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const text = await (await server.fetch("/metrics")).text();
      const viewers = Array.from(
        text.matchAll(/^whereabouts_live_viewers\{kind="(\w+)"\} (\d+)$/gm),
        ([, kind, n]) => [kind, Number(n)],
      );
      if (viewers.reduce((sum, [, n]) => sum + Number(n), 0) === 4) break;
    }
    await server.fetch(`/api/tokens/${id}`, { method: "DELETE" });
    await guest.until(() => guest.ended !== undefined);
    expect(guest.ended?.reason).toBe("revoked");
    expect(stays.ended).toBeUndefined();
    await report(server, "van", 9);
    await stays.until(() => stays.seen.get("van") === 9);
    expect(await server.stop()).toBe(0);
    await stays.until(() => stays.ended !== undefined);
    expect(stays.ended?.reason).toBe("shutting_down");
    socket.close();
    polling.close();
  });
});

describe("clients that break off on their way to a gateway", () => {
  it("[LH5] do no harm to the server, nor to the gateway", async () => {
    await using server = await startServer({ args: ["--gateways", "1"] });
    const [gateway] = await childrenOf(server.pid);
    const stays = new Watcher(server);
    for (let i = 0; i < 300; i++) {
      const socket = new RawSocket(Number(new URL(server.url).port));
      socket.write(upgradeRequest(`/api/live/ws?token=${server.token}`));
      if (i % 3 === 0) await socket.answered();
      else for (let turns = i % 7; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
      await socket.leave("reset");
    }
    await report(server, "van", 9);
    await stays.until(() => stays.seen.get("van") === 9);
    expect(await childrenOf(server.pid)).toEqual([gateway]);
    expect(stays.closes).toBe(0);
    stays.close();
  });
});

/** Resolves when half of them have lost their connection. */
async function untilHalf(watchers: readonly Watcher[]): Promise<void> {
  while (watchers.filter(({ closes }) => closes > 0).length < watchers.length / 2) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

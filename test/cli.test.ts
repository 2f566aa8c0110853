import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./support/folder.ts";
import { runCli, runUntil, startServer } from "./support/server.ts";
import { sharedData } from "./support/shared-data.ts";

const start = Date.parse("2024-05-01T12:00:00Z");

/** NDJSON of one device that walks east, `count` fixes a second apart. */
function walk(device: string, count: number): string {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({ device, time: start + index * 1000, lon: 10 + index / 1e4, lat: 50 }),
  ).join("\n");
}

describe("serve", () => {
  it("prints a sign-in link while nobody can sign in, and none once somebody has", async () => {
    await using server = await startServer({ adminToken: null });
    const link = /^ +(http\S+\/sign-in\/\S+)$/m.exec(server.output)?.[1] ?? "";
    expect(link.startsWith(`${server.url}/sign-in/`)).toBe(true);
    const first = await fetch(link, { method: "POST", redirect: "manual" });
    expect(first.status).toBe(303);
    expect((await fetch(link, { method: "POST", redirect: "manual" })).status).toBe(410);
    expect(await server.stop()).toBe(0);
    await server.restart();
    expect(server.output).not.toContain("/sign-in/");
  });

  it("does not listen beyond this machine before anybody can sign in", async () => {
    await using folder = await temporaryFolder();
    const data = join(folder.path, "data");
    const args = ["serve", "--host", "0.0.0.0", "--port", "0", "--data", data];
    const refused = await runCli(args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("not listening on 0.0.0.0");
    expect(refused.stdout).toBe("");
    const made = await runCli(["token", "create", "--scope", "admin", "--data", data]);
    expect(made.stdout).toMatch(/^\S{20,}\n$/);
    const { child, match, output } = await runUntil(/^listening on (\S+)$/m, args);
    try {
      expect(match[1]).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
      expect(output()).toContain("/osmand?token=TOKEN");
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("tells a second process which one has the data folder", async () => {
    await using server = await startServer();
    const second = await runCli(["serve", "--port", "0", "--data", server.folder]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`in use by process ${server.pid}`);
    expect((await server.fetch("/healthz")).status).toBe(200);
  });

  it("ends what it has begun on a first signal, and at once on a second", async () => {
    await using server = await startServer();
    const { hostname, port } = new URL(server.url);
    const head = `POST /api/positions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\n`;
    const position = walk("a", 1);
    const begin = (): Socket => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {});
      const length = `Content-Type: application/json\r\nContent-Length: ${position.length}\r\n\r\n`;
      socket.write(head + length + position.slice(0, 20));
      return socket;
    };
    const kept = begin();
    await sleep(200);
    const stopped = server.stop("SIGTERM");
    await sleep(200);
    kept.write(position.slice(20));
    const [answer] = (await once(kept, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 [^]*"accepted":1/);
    expect(await stopped).toBe(0);

    await server.restart();
    const never = begin();
    await sleep(200);
    const ended = server.stop("SIGTERM");
    await sleep(700);
    expect(await Promise.all([ended, server.stop("SIGTERM")])).toEqual([143, 143]);
    never.destroy();
  });

  it("speaks HTTPS with a certificate, and names a file that is not there", async () => {
    const file = (name: string): string => join(import.meta.dirname, "fixtures", name);
    const flags = ["--tls-cert", file("localhost-cert.pem"), "--tls-key", file("localhost-key.pem")];
    await using server = await startServer({ args: flags });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const status = await new Promise((resolve, reject) => {
      const ca = readFileSync(file("localhost-cert.pem"));
      get(`${server.url}/healthz`, { ca }, ({ statusCode }) => resolve(statusCode)).on("error", reject);
    });
    expect(status).toBe(200);
    const absent = ["--tls-cert", "/no/cert", "--tls-key", "/no/key"];
    const { code, stderr } = await runCli([
      "serve",
      "--port",
      "0",
      "--data",
      join(server.folder, "x"),
      ...absent,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain("/no/cert");
  });

  it("names the port that is taken", async () => {
    await using server = await startServer();
    await using folder = await temporaryFolder();
    const { port } = new URL(server.url);
    const { code, stderr } = await runCli(["serve", "--port", port, "--data", folder.path]);
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port} is taken by another program`);
  });
});

describe("token", () => {
  it("makes, lists and revokes at a running server and at a stopped one", async () => {
    await using server = await startServer();
    const online = ["--url", server.url, "--token", server.token];
    const made = await runCli(["token", "create", "--name", "gate", "--scope", "ingest", ...online]);
    const secret = made.stdout.trim();
    const send = (): Promise<Response> =>
      fetch(new URL("/api/positions", server.url), {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: walk("a", 1),
      });
    expect((await send()).status).toBe(200);
    const listed = await runCli(["token", "list", ...online]);
    const id = /^(\S+) +ingest +gate$/m.exec(listed.stdout)?.[1] ?? "";
    expect((await runCli(["token", "revoke", id, ...online])).code).toBe(0);
    expect((await send()).status).toBe(401);

    const blocked = await runCli(["token", "list", "--data", server.folder]);
    expect(blocked.code).toBe(1);
    expect(blocked.stderr).toContain("give an administrator's token");
    await server.stop();
    const atRest = await runCli([
      "token",
      "create",
      "--name",
      "desk",
      "--scope",
      "view",
      "--data",
      server.folder,
    ]);
    expect(atRest.code).toBe(0);
    await server.restart();
    const headers = { authorization: `Bearer ${atRest.stdout.trim()}` };
    expect((await server.fetch("/api/devices", { headers })).status).toBe(200);
    expect((await server.fetch("/api/tokens", { headers })).status).toBe(403);
  });
});

describe("backup and restore", () => {
  it("copies a server that works, and a stopped one, and never overwrites", async () => {
    await using server = await startServer();
    await using folder = await temporaryFolder();
    const file = join(folder.path, "walk.ndjson");
    await writeFile(file, walk("a", 500));
    const remote = ["--url", server.url, "--token", server.token];
    await runCli(["import", file, ...remote]);
    const copy = join(folder.path, "copy");
    const made = await runCli(["backup", copy, ...remote]);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect((await runCli(["backup", copy, ...remote])).stderr).toContain("overwrites nothing");
    await server.stop();
    const atRest = join(folder.path, "at-rest");
    expect((await runCli(["backup", atRest, "--data", server.folder])).code).toBe(0);
    for (const source of [copy, atRest]) {
      const data = join(folder.path, `data-of-${source === copy ? "copy" : "rest"}`);
      expect((await runCli(["restore", source, "--data", data])).code).toBe(0);
      expect((await runCli(["restore", source, "--data", data])).code).toBe(1);
      await using second = await startServer({ folder: data });
      const answer = await second.fetch(
        `/api/devices/a/positions?from=${start}&to=${start + 1e6}&limit=1000`,
      );
      expect(((await answer.json()) as { positions: unknown[] }).positions).toHaveLength(500);
    }
  });
});

describe("replay and import", () => {
  it("counts what became of every line, and sends duplicates as such", async () => {
    await using server = await startServer();
    await using folder = await temporaryFolder();
    const file = join(folder.path, "walk.ndjson");
    const bad = '{"device":"a","time":1714564800000,"lon":10,"lat":91}\nnot json\n';
    // One device after the other, and not in order: the file is sorted by time first.
    await writeFile(file, `${walk("b", 300)}\n${walk("a", 1200)}\n${bad}${walk("b", 300)}\n`);
    const remote = ["--url", server.url, "--token", server.token];
    const { code, stdout, stderr } = await runCli(["replay", file, "--speed", "max", ...remote]);
    expect(stdout).toBe("sent 1801: accepted 1500, duplicate 300, rejected 1, 1 unreadable in the file\n");
    expect(stderr).toContain("line 1502: not JSON: not json");
    expect(stderr).toContain("refused (invalid_coordinate)");
    expect(code).toBe(0);
    const again = await runCli(["import", file, ...remote]);
    expect(again.stdout).toBe(
      "sent 1801: accepted 0, duplicate 1800, rejected 1, 1 unreadable in the file\n",
    );
  });

  it("plays in true time times speed, and into the present", async () => {
    await using server = await startServer();
    await using folder = await temporaryFolder();
    const file = join(folder.path, "walk.csv");
    const rows = Array.from({ length: 21 }, (_, index) => `${start + index * 1000},${10 + index / 1e4},50`);
    await writeFile(file, `time,lon,lat\n${rows.join("\n")}\n`);
    const began = Date.now();
    const remote = ["--url", server.url, "--token", server.token];
    await runCli(["replay", file, "--speed", "10", "--now", ...remote]);
    expect(Date.now() - began).toBeGreaterThan(2000);
    const answer = await server.fetch("/api/devices/walk/positions?limit=100");
    const { positions } = (await answer.json()) as { positions: { time: string }[] };
    const times = positions.map(({ time }) => Date.parse(time));
    expect(times).toHaveLength(21);
    expect(times[0]).toBeGreaterThanOrEqual(began);
    expect(times.at(-1)! - times[0]!).toBe(2000);
  });

  it("waits for a server that was killed, and loses nothing", async () => {
    await using server = await startServer();
    await using folder = await temporaryFolder();
    const file = join(folder.path, "walk.ndjson");
    await writeFile(file, walk("a", 4000));
    const remote = ["--url", server.url, "--token", server.token];
    const replaying = runCli(["replay", file, "--speed", "1000", ...remote]);
    for (let kills = 0; kills < 3; kills += 1) {
      await sleep(500);
      await server.kill();
      await server.restart();
    }
    const { stdout } = await replaying;
    const [sent, accepted, duplicate, rejected] = [...stdout.matchAll(/\d+/g)].map(Number);
    expect([sent, accepted! + duplicate!, rejected]).toEqual([4000, 4000, 0]);
    const answer = await server.fetch(`/api/devices/a/positions?from=${start}&to=${start + 1e8}&limit=1000`);
    expect(((await answer.json()) as { positions: unknown[] }).positions).toHaveLength(1000);
  });

  it("ends an import when there is no server", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "walk.ndjson");
    await writeFile(file, walk("a", 10));
    const { code, stderr } = await runCli(["import", file, "--url", "http://127.0.0.1:9"]);
    expect(code).toBe(1);
    expect(stderr).toContain("cannot reach http://127.0.0.1:9");
  });

  const bus = sharedData("tracks/liverpool-bus.ndjson.gz");
  it.skipIf(bus === undefined)("plays a real recording", async () => {
    await using server = await startServer();
    const remote = ["--url", server.url, "--token", server.token];
    const { stdout } = await runCli(["replay", bus!, "--speed", "max", ...remote]);
    expect(stdout).toBe("sent 1533: accepted 1533, duplicate 0, rejected 0\n");
    const answer = await server.fetch("/api/devices");
    expect(((await answer.json()) as { devices: unknown[] }).devices).toHaveLength(8);
  });
});

describe("doctor", () => {
  it("finds a sound folder sound, a running server running, and a broken file broken", async () => {
    await using server = await startServer();
    const args = ["doctor", "--data", server.folder, "--port", new URL(server.url).port];
    const running = await runCli(args);
    expect(running).toMatchObject({ code: 0 });
    expect(running.stdout).toContain(`in use by process ${server.pid}`);
    await server.stop();
    const atRest = await runCli(args);
    expect(atRest.stdout).toContain("files are sound: 0 devices");
    expect(atRest.code).toBe(0);
    const file = join(server.folder, "store.sqlite");
    const before = await readFile(file);
    await writeFile(file, "this is no database, and it stays as it is".padEnd(8192, "."));
    const broken = await runCli(args);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(/^BAD .*store\.sqlite/m);
    expect((await stat(file)).size).toBe(8192);
    await writeFile(file, before);
    expect(existsSync(join(server.folder, "LOCK"))).toBe(true);
  });
});

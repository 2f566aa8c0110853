import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { runCli, startServer, type TestServer } from "./support/server.ts";

const PASSWORD = "a long enough secret";
const HOUR = 3_600_000;
const json = { "content-type": "application/json" };

const report = async (server: TestServer, device: string, lon: number, ago = 0): Promise<void> => {
  const position = { device, time: Date.now() - ago, lon, lat: 48, speed: 4, accuracy: 7 };
  const body = JSON.stringify(position);
  const answer = await server.fetch("/api/positions", { method: "POST", headers: json, body });
  expect(answer.status).toBe(200);
};

const change = async (server: TestServer, method: string, path: string, body?: object): Promise<Response> => {
  const sent = body && { headers: json, body: JSON.stringify(body) };
  const answer = await server.fetch(path, { method, ...sent });
  expect(answer.status, `${method} ${path}: ${await answer.clone().text()}`).toBeLessThan(300);
  return answer;
};

/** Makes a link; answers it with its secret. */
const share = async (
  server: TestServer,
  body: object,
): Promise<{ readonly id: string; readonly url: string; readonly secret: string }> => {
  const made = (await (await change(server, "POST", "/api/shares", body)).json()) as {
    id: string;
    url: string;
  };
  return { ...made, secret: made.url.split("/").at(-1)! };
};

const online = (server: TestServer): Record<string, string> => ({
  WHEREABOUTS_URL: server.url,
  WHEREABOUTS_TOKEN: server.token,
});

/** Invites somebody, takes the invitation; answers the session's cookie. */
async function join(server: TestServer, email: string, ...more: string[]): Promise<string> {
  const { stdout } = await runCli(["user", "add", email, ...more], online(server));
  const answer = await fetch(stdout.trim(), {
    method: "POST",
    body: new URLSearchParams({ name: `Name of ${email}`, password: PASSWORD }),
    redirect: "manual",
  });
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

interface Frame {
  readonly positions: readonly { readonly device: string; readonly lon: number }[];
  readonly gone: readonly string[];
  readonly snapshot?: boolean;
}

type Way = "websocket" | "polling";

/** What somebody sees, by the names that they are told; `text` is everything that came. */
function watch(server: TestServer, way: Way, who: { readonly cookie?: string; readonly share?: string }) {
  const socket = io(server.url, {
    transports: [way],
    reconnection: false,
    ...(who.cookie !== undefined && { extraHeaders: { cookie: who.cookie } }),
    ...(who.share !== undefined && { auth: { share: who.share } }),
  });
  const names = new Map<string, string>();
  const shown = new Map<string, number>();
  let text = "";
  let changed = (): void => {};
  socket.on("connect", () => socket.emit("watch", { bbox: [-180, -90, 180, 90], events: "all" }));
  socket.onAny((name: string, body: unknown) => {
    text += JSON.stringify([name, body]);
  });
  socket.on("names", (message: { names: { device: string; name: string }[] }) => {
    for (const { device, name } of message.names) names.set(device, name);
    changed();
  });
  socket.on("positions", (frame: Frame) => {
    if (frame.snapshot) shown.clear();
    for (const { device, lon } of frame.positions) shown.set(device, lon);
    for (const device of frame.gone) shown.delete(device);
    changed();
  });
  const ended = new Promise<{ reason: string }>((resolve) => socket.on("end", resolve));
  const seen = (): string[] => [...shown.keys()].map((id) => names.get(id) ?? id).sort();
  return {
    seen,
    ended,
    socket,
    get text() {
      return text;
    },
    until: (test: () => boolean) =>
      new Promise<void>((resolve) => {
        changed = () => void (test() && resolve());
        changed();
      }),
    /** Waits until just these are on the map; says what is there when that takes too long. */
    shows: (...expected: string[]) =>
      new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`expected ${expected.join()}, shown are ${seen().join()}`)),
          10_000,
        );
        changed = () => {
          if (seen().join() !== expected.join()) return;
          clearTimeout(late);
          resolve();
        };
        changed();
      }),
  };
}

describe("a share link and two members of different groups", () => {
  it.each([["websocket" as const], ["polling" as const]])(
    "[AC13] [AC14] watch the same place over %s and see what each may, through changes of permission, a kill -9 and a revocation",
    async (way) => {
      await using server = await startServer();
      for (const device of ["bus", "van", "lone"]) await report(server, device, 2, 3 * HOUR);
      await change(server, "PATCH", "/api/devices/bus", { groups: ["north/buses"], name: "Line 7" });
      await change(server, "PATCH", "/api/devices/van", { groups: ["south"] });
      await join(server, "own@example.org", "--role", "owner");
      const north = await join(server, "north@example.org", "--role", "operator", "--group", "north");
      const south = await join(server, "south@example.org", "--group", "south");
      // Made by the member of the north, so that it shows no more than they may see.
      const made = await fetch(`${server.url}/api/shares`, {
        method: "POST",
        headers: { ...json, cookie: north, origin: server.url },
        body: JSON.stringify({ name: "North", what: { area: [0, 40, 10, 50] } }),
      });
      expect(made.status).toBe(201);
      const { id, url } = (await made.json()) as { id: string; url: string };
      const secret = url.split("/").at(-1)!;
      await server.kill();
      await server.restart();

      const [one, other] = [watch(server, way, { cookie: north }), watch(server, way, { cookie: south })];
      const link = watch(server, way, { share: secret });
      await Promise.all([one.shows("bus"), other.shows("van"), link.shows("Line 7")]);

      await change(server, "PATCH", "/api/devices/van", { groups: ["north"], name: "The van" });
      await Promise.all([one.shows("bus", "van"), other.shows(), link.shows("Line 7", "The van")]);
      // Out of the area that is shared, but not out of what the member sees.
      await report(server, "van", 12, HOUR);
      await report(server, "lone", 3);
      await Promise.all([one.until(() => one.text.includes('"lon":12')), link.shows("Line 7")]);
      expect(one.seen()).toEqual(["bus", "van"]);
      await report(server, "van", 4);
      await link.shows("Line 7", "The van");

      // Whoever made it is limited further, and the link with them.
      const members = (await (await server.fetch("/api/members")).json()) as {
        members: { id: string; email: string }[];
      };
      const maker = members.members.find(({ email }) => email === "north@example.org")!;
      await change(server, "PATCH", `/api/members/${maker.id}`, { groups: ["north/buses"] });
      await link.shows("Line 7");

      for (const word of ["bus", "van", "lone", "accuracy", "north"]) {
        expect(link.text, word).not.toContain(`"${word}"`);
      }
      const before = Date.now();
      const gone = link.shows();
      await change(server, "DELETE", `/api/shares/${id}`);
      await gone;
      expect(await link.ended).toMatchObject({ reason: "revoked", comeBack: false });
      expect(Date.now() - before).toBeLessThan(1_000);
      expect((await fetch(url)).status).toBe(410);
      const again = watch(server, way, { share: secret });
      const refused = new Promise<Error>((resolve) => again.socket.on("connect_error", resolve));
      expect(await refused).toMatchObject({ data: { code: "share_ended" } });
      for (const { socket } of [one, other, link, again]) socket.close();
      expect(server.output).not.toContain(secret);
    },
  );
});

describe("a share link", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  const answer = async (path: string): Promise<[number, string | undefined]> => {
    const { status, headers, body } = await fetch(server.url + path);
    await body?.cancel();
    return [status, headers.get("content-type")?.split(";")[0]];
  };

  it("[AC15] opens its page and its basemap, and nothing else", async () => {
    await report(server, "cab", 2);
    const { secret } = await share(server, { what: { devices: ["cab"] } });
    expect(await answer(`/s/${secret}`)).toEqual([200, "text/html"]);
    expect(await answer(`/s/${secret}/tiles/basemap.json`)).toEqual([200, "application/json"]);
    const described = await fetch(`${server.url}/s/${secret}/tiles/basemap.json`);
    const { tiles } = (await described.json()) as { tiles: string[] };
    const tile = tiles[0]!.replace("{z}/{x}/{y}", "0/0/0");
    expect((await fetch(tile)).status).toBe(200);
    expect(await answer(`/s/${secret}/track.json?device=cab`)).toEqual([403, "application/problem+json"]);
    for (const path of ["/api/devices", "/api/fences", "/api/events", "/api/shares", "/tiles/basemap.json"]) {
      for (const query of [`?share=${secret}`, `?token=${secret}`]) {
        expect(await answer(path + query), path).toEqual([401, "application/problem+json"]);
      }
    }
    const page = await fetch(`${server.url}/s/${secret}`);
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("x-robots-tag")).toContain("noindex");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(page.headers.get("x-frame-options")).toBe("DENY");
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(await page.text()).not.toContain("cab");
  });

  it("[AC16] [AC17] [AC18] keeps to itself what is young, exact or at home, after a kill -9 too", async () => {
    const MINUTE = 60_000;
    for (const [ago, lon] of [
      [20, 2.1],
      [10, 2.2],
      [1, 2.3],
    ] as const) {
      await report(server, "sailor", lon, ago * MINUTE);
      await report(server, "resting", 2.5 + ago * 1e-5, ago * MINUTE);
    }
    const geometry = { type: "Point", coordinates: [2.5, 48] };
    const properties = { name: "Home", radius: 200, home: true };
    await change(server, "POST", "/api/fences", { type: "Feature", id: "home", geometry, properties });
    const { id, url, secret } = await share(server, {
      what: { devices: ["sailor", "resting"] },
      delaySeconds: 300,
      track: true,
    });
    await change(server, "PATCH", "/api/devices/sailor", { name: "Sailor" });
    await change(server, "PATCH", "/api/devices/resting", { name: "Resting" });
    const lons = (text: string): string[] => [...new Set(text.match(/"lon":[\d.]+/g))];
    for (let round = 0; round < 2; round++) {
      const link = watch(server, "websocket", { share: secret });
      await link.shows("Sailor");
      expect(lons(link.text)).toEqual(['"lon":2.2']);
      expect(link.text).not.toContain("Resting");
      link.socket.close();
      const page = await (await fetch(url)).text();
      const aliases = /data-tracks="([^"]*)"/.exec(page)?.[1]?.split(" ") ?? [];
      const tracks = await Promise.all(
        aliases.map(async (alias) => (await fetch(`${url}/track.json?device=${alias}`)).json()),
      );
      const places = (tracks as { stretches: [number, number, number][][] }[]).flatMap(({ stretches }) =>
        stretches.flat().map(([, lon]) => lon),
      );
      expect(places).toEqual([2.1, 2.2]);
      if (round > 0) break;
      await server.stop();
      await server.restart();
      await server.kill();
      await server.restart();
    }
    expect(await (await server.fetch(`/api/shares/${id}`)).json()).toMatchObject({ views: 2 });
    await change(server, "PATCH", `/api/shares/${id}`, { delaySeconds: null, blurMeters: 2_000 });
    const blurred = watch(server, "polling", { share: secret });
    await blurred.shows("Sailor");
    expect(lons(blurred.text)).not.toContain('"lon":2.3');
    expect(blurred.text).not.toContain("speed");
    blurred.socket.close();
  });

  it("[AC14] is watched over a plain WebSocket and as an event stream, too", async () => {
    await report(server, "taxi", 5);
    await change(server, "PATCH", "/api/devices/taxi", { name: "Taxi 5" });
    const { id, secret } = await share(server, { what: { devices: ["taxi"] } });
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/live/ws?share=${secret}`);
    const said: string[] = [];
    const closed = new Promise<number>((resolve) => socket.on("close", resolve));
    socket.on("message", (data: Buffer) => said.push(data.toString()));
    socket.on("open", () => socket.send('["watch",{"bbox":[0,40,10,50],"format":"json"}]'));
    const stream = await fetch(`${server.url}/api/live?bbox=0,40,10,50&events=all&share=${secret}`);
    expect(stream.status).toBe(200);
    let text = "";
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        if (text.includes("Taxi 5") && text.includes('"lon":5') && said.join().includes("Taxi 5")) resolve();
      }
    })();
    socket.on("message", () => {
      if (text.includes("Taxi 5") && text.includes('"lon":5') && said.join().includes("Taxi 5")) resolve();
    });
    await ready;
    await change(server, "DELETE", `/api/shares/${id}`);
    expect(await closed).toBe(4001);
    await reading;
    expect(text).toContain("event: end");
    expect(said.join("\n")).toContain("Taxi 5");
    expect(said.join("\n") + text).not.toContain('"taxi"');
    expect((await fetch(`${server.url}/api/live?bbox=0,40,10,50&share=${secret}`)).status).toBe(410);
    expect((await fetch(`${server.url}/api/live?bbox=0,40,10,50&share=none`)).status).toBe(404);
  });

  it("[AC19] is made, listed and revoked on the command line, at a server and at rest", async () => {
    await report(server, "drone", 6);
    const made = await runCli(
      ["share", "create", "--device", "drone", "--name", "Drone", "--hours", "2"],
      online(server),
    );
    expect((await fetch(made.stdout.trim())).status).toBe(200);
    const vague = await runCli(["share", "create", "--device", "a", "--group", "b"], online(server));
    expect([vague.code, vague.stderr]).toEqual([1, expect.stringContaining("one of --device")]);
    await server.stop();
    const rest = { WHEREABOUTS_DATA: server.folder };
    const group = await runCli(["share", "create", "--group", "north", "--blur", "500"], rest);
    const { stdout } = await runCli(["share", "list"], rest);
    const id = /^(\S+) {2}Drone/m.exec(stdout)?.[1] ?? "";
    expect((await runCli(["share", "revoke", id], rest)).code).toBe(0);
    await server.restart();
    expect((await fetch(made.stdout.trim())).status).toBe(410);
    const { pathname } = new URL(group.stdout.trim());
    expect((await fetch(server.url + pathname)).status).toBe(200);
  });
});

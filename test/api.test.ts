import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { formatTime } from "#wire";
import { startServer, type TestServer } from "./support/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server.close();
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
}

const post = async (
  path: string,
  body: string | Buffer,
  type: string = "application/json",
): Promise<Answer> => {
  const answer = await server.fetch(path, {
    method: "POST",
    headers: { "content-type": type },
    body: new Uint8Array(Buffer.from(body)),
  });
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    body: (await answer.json()) as Record<string, unknown>,
  };
};

const position = (change: object = {}): object => ({
  device: "bad-input",
  time: Date.now() - 1000,
  lon: 7,
  lat: 43,
  ...change,
});
const sent = (change: object): string => JSON.stringify(position(change));
const ring = (coordinates: readonly (readonly number[])[]): string =>
  JSON.stringify({
    type: "Feature",
    geometry: { type: "Polygon", coordinates: [coordinates] },
    properties: {},
  });

describe("bad input", () => {
  it.each<[string, () => [string, string | Buffer, string?], number, string, string]>([
    ["latitude 91", () => ["/api/positions", sent({ lat: 91 })], 400, "invalid_coordinate", "91"],
    [
      "NaN",
      () => ["/api/positions", '{"device":"a","time":1,"lon":NaN,"lat":1}'],
      400,
      "invalid_json",
      "NaN",
    ],
    ["a string for a number", () => ["/api/positions", sent({ lon: "7" })], 400, "invalid_coordinate", '"7"'],
    [
      "a missing field",
      () => ["/api/positions", sent({ time: undefined })],
      400,
      "invalid_time",
      "time is missing",
    ],
    [
      "the year 1970",
      () => ["/api/positions", sent({ time: "1970-01-01T00:00:00Z" })],
      400,
      "time_out_of_range",
      "1970",
    ],
    [
      "the year 2100",
      () => ["/api/positions", sent({ time: "2100-01-01T00:00:00Z" })],
      400,
      "time_out_of_range",
      "2100",
    ],
    [
      "a 50 MB body",
      () => ["/api/positions", Buffer.alloc(50_000_000, 0x20)],
      413,
      "body_too_large",
      "50000000",
    ],
    [
      "invalid UTF-8",
      () => ["/api/positions", Buffer.from([0x7b, 0xff, 0x7d])],
      400,
      "invalid_encoding",
      "UTF-8",
    ],
    [
      "__proto__ keys",
      () => ["/api/positions", `{"__proto__":{"a":1},${sent({}).slice(1)}`],
      400,
      "forbidden_key",
      "__proto__",
    ],
    [
      "an open ring",
      () => [
        "/api/fences",
        ring([
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ]),
      ],
      400,
      "invalid_geometry",
      "open",
    ],
    [
      "a ring that crosses itself",
      () => [
        "/api/fences",
        ring([
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
          [0, 0],
        ]),
      ],
      400,
      "invalid_geometry",
      "crosses",
    ],
    [
      "a fence with 1,000,000 vertices",
      () => ["/api/fences", ring(Array.from({ length: 1_000_000 }, (_, i) => [i / 1e4, 45.678901]))],
      413,
      "too_many_vertices",
      "1000000",
    ],
    ["an unknown route", () => ["/api/nothing", "{}"], 404, "unknown_route", "/api/nothing"],
  ])("refuses %s by name", async (_, request, status, code, part) => {
    const answer = await post(...request());
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.type).toContain("application/problem+json");
    expect(answer.body["detail"]).toContain(part);
    expect(JSON.stringify(answer.body)).not.toMatch(/\.ts|node_modules|\n\s+at /);
  });

  it("refuses a wrong token by name", async () => {
    const answer = await server.fetch("/api/devices", { headers: { authorization: "Bearer wrong" } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "invalid_token" });
  });

  it("keeps 9,997 of 10,000 positions of which three are bad", async () => {
    const start = Date.now() - 86_400_000;
    const batch = Array.from({ length: 10_000 }, (_, n) =>
      position({ device: "batch", time: start + n * 1000 }),
    );
    batch[3] = position({ lat: 91 });
    batch[4000] = position({ time: "2100-01-01T00:00:00Z" });
    batch[9999] = {};
    const { status, body } = await post("/api/positions", JSON.stringify(batch));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accepted: 9997,
      duplicate: 0,
      rejected: [{ index: 3 }, { index: 4000 }, { index: 9999 }],
    });
    const again = await post("/api/positions", ndjson(batch), "application/x-ndjson");
    expect(again.body).toMatchObject({ accepted: 0, duplicate: 9997 });
  });

  it("keeps the whole lines of truncated NDJSON", async () => {
    const time = Date.now() - 5000;
    const lines = `${sent({ device: "cut", time })}\n${sent({ device: "cut", time: time + 1000 }).slice(0, -9)}`;
    const { status, body } = await post("/api/positions", lines, "application/x-ndjson");
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: "invalid_json" }] });
  });
});

const ndjson = (values: readonly object[]): string => values.map((value) => JSON.stringify(value)).join("\n");

describe("doors", () => {
  it("count the same device and time as duplicate, whatever the door", async () => {
    const time = Math.floor(Date.now() / 1000) - 60;
    const place = { device: "jane-phone", time: time * 1000, lon: 7, lat: 43 };
    expect((await post("/api/positions", JSON.stringify(place))).body).toMatchObject({ accepted: 1 });
    const query = `token=${server.token}&id=jane-phone&lat=43&lon=7&timestamp=${time}`;
    const osmand = await fetch(`${server.url}/osmand?${query}`);
    expect(await osmand.json()).toMatchObject({ accepted: 0, duplicate: 1 });
    const basic = Buffer.from(`jane:${server.token}`).toString("base64");
    const owntracks = await server.fetch("/owntracks", {
      method: "POST",
      headers: { authorization: `Basic ${basic}`, "x-limit-d": "phone", "content-type": "application/json" },
      body: JSON.stringify({ _type: "location", tst: time, lat: 43, lon: 7 }),
    });
    expect(await owntracks.json()).toEqual([]);
    // Durable comes first, readable a moment later.
    await vi.waitFor(async () => {
      const history = await server.fetch("/api/devices/jane-phone/positions");
      expect(await history.json()).toMatchObject({
        positions: [{ device: "jane-phone", time: formatTime(time * 1000) }],
      });
    });
    expect(server.output).not.toContain(server.token);
  });

  it("inflate a gzipped stream", async () => {
    const start = Date.now() - 3_600_000;
    const lines = ndjson(
      Array.from({ length: 5000 }, (_, n) => position({ device: "gzip", time: start + n })),
    );
    const answer = await server.fetch("/api/positions", {
      method: "POST",
      headers: { "content-type": "application/x-ndjson", "content-encoding": "gzip" },
      body: new Uint8Array(gzipSync(lines)),
    });
    expect(await answer.json()).toEqual({ accepted: 5000, duplicate: 0, rejected: [] });
  });
});

const hasCurl =
  spawnSync("curl", ["--version"]).status === 0 && spawnSync("bash", ["--version"]).status === 0;

describe.skipIf(!hasCurl)("docs/api.md (needs bash and curl)", () => {
  it("has examples that work as they stand, one after the other", async () => {
    const page = readFileSync(new URL("../docs/api.md", import.meta.url), "utf8");
    const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
    const examples = blocks.filter((block) => !block.includes("npm start"));
    expect(examples.length).toBeGreaterThan(6);
    const script = [
      "set -e",
      `curl() { command curl -fsS -m 30 "$@"; echo; }`,
      `URL=${server.url} AUTH="Authorization: Bearer $WHEREABOUTS_ADMIN_TOKEN" JSON="Content-Type: application/json"`,
      ...examples,
    ].join("\n");
    const cwd = await mkdtemp(join(tmpdir(), "whereabouts-api-"));
    const env = { ...process.env, WHEREABOUTS_ADMIN_TOKEN: server.token };
    const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
      cwd,
      env,
      encoding: "utf8",
      timeout: 90_000,
    });
    const files = readdirSync(cwd);
    await rm(cwd, { recursive: true });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(files).toEqual(["van-7.gpx"]);
    for (const line of [
      '{"accepted":1,"duplicate":0,"rejected":[]}',
      '{"accepted":1,"duplicate":0,"rejected":[{"index":1,"code":"invalid_coordinate","detail":"lat is 91; expected a number from -90 to 90"}]}',
      "[]",
    ]) {
      expect(stdout.split("\n")).toContain(line);
    }
    expect(stdout).toContain('"name":"Van 7","icon":"van"');
    expect(stdout).toContain('"type":"enter","device":"van-7","fence":"depot"');
  });
});

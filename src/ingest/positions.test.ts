import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MAX_LISTED } from "./tally.ts";
import { openDoors, position, sending, type Doors } from "./testing/fakes.ts";

const post = async (
  { server }: Doors,
  payload: unknown,
  headers: Record<string, string> = {},
  query: string = "",
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const raw = typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const answer = await server.inject({
    method: "POST",
    url: `/api/positions${query}`,
    headers: { ...sending, "content-type": "application/json", ...headers },
    payload: raw,
  });
  return { status: answer.statusCode, body: answer.json() };
};

const ndjson = { "content-type": "application/x-ndjson" };
const clean = (accepted: number, duplicate: number = 0): object => ({
  status: 200,
  body: { accepted, duplicate, rejected: [] },
});

describe("POST /api/positions", () => {
  it("[IA1] takes one position, an array, a Feature, a FeatureCollection and NDJSON", async () => {
    const doors = openDoors();
    const feature = (n: number): object => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [7, 43, 5] },
      properties: { device: "van-7", time: position(n)["time"] },
    });
    expect(await post(doors, position(0))).toEqual(clean(1));
    expect(await post(doors, [position(1), position(2)])).toEqual(clean(2));
    expect(await post(doors, feature(3), { "content-type": "application/geo+json" })).toEqual(clean(1));
    expect(await post(doors, { type: "FeatureCollection", features: [feature(4), feature(5)] })).toEqual(
      clean(2),
    );
    const lines = `${JSON.stringify(position(6))}\n\n${JSON.stringify(feature(7))}\r\n`;
    expect(await post(doors, lines, ndjson)).toEqual(clean(2));
    expect(doors.intake.positions).toHaveLength(8);
    expect(doors.intake.positions.at(-1)).toMatchObject({ altitude: 5 });
    expect(doors.counted.at(-1)).toEqual(["positions", { accepted: 2, duplicate: 0, rejected: 0 }]);
  });

  it("[IA2] counts what it has already as duplicate", async () => {
    const doors = openDoors();
    await post(doors, position());
    expect(await post(doors, [position(), position(1)])).toEqual(clean(1, 1));
  });

  it("[IA1] takes an empty batch", async () => {
    expect(await post(openDoors(), [])).toEqual(clean(0));
    expect(await post(openDoors(), "", ndjson)).toEqual(clean(0));
  });

  it("[IA3] keeps 9,997 of 10,000 of which three are bad, in JSON and in NDJSON", async () => {
    const many: unknown[] = Array.from({ length: 10_000 }, (_, n) => position(n / 10));
    many[17] = position(1, { lat: 91 });
    many[5000] = position(1, { time: "2100-01-01T00:00:00Z" });
    many[9999] = { lat: 1, lon: 2 };
    const codes = [
      { index: 17, code: "invalid_coordinate" },
      { index: 5000, code: "time_out_of_range" },
      { index: 9999, code: "invalid_device" },
    ];
    const lines = many.map((value) => JSON.stringify(value)).join("\n");
    for (const [payload, headers] of [
      [many, {}],
      [lines, ndjson],
    ] as const) {
      const doors = openDoors();
      const { status, body } = await post(doors, payload, headers);
      expect(status).toBe(200);
      expect(body).toMatchObject({ accepted: 9997, duplicate: 0, rejected: codes });
      expect(
        Math.max(...doors.intake.submissions.map(({ positions }) => positions.length)),
      ).toBeLessThanOrEqual(1000);
    }
  });

  it("[IA3] lists the first 1,000 refusals and counts the rest", async () => {
    const { body } = await post(
      openDoors(),
      Array.from({ length: 1500 }, () => ({})),
    );
    expect(body["rejected"]).toHaveLength(MAX_LISTED);
    expect(body["rejectedTotal"]).toBe(1500);
  });

  it("[IA4] answers a single bad position with its own code", async () => {
    const { status, body } = await post(openDoors(), position(0, { lat: 91 }));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: "invalid_coordinate",
      detail: expect.stringContaining("91") as string,
    });
  });

  it.each<[string, string | Buffer, string]>([
    ["NaN", '{"device":"a","time":1,"lon":NaN,"lat":1}', "invalid_json"],
    ["nothing", "", "invalid_json"],
    ["half an object", '{"device":"a"', "invalid_json"],
    ["invalid UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22]), "invalid_encoding"],
    ["a key that is there twice", '{"lat":1,"lat":2}', "duplicate_key"],
    ["a number", "7", "invalid_body"],
    ["__proto__", '{"device":"a","time":1777600000000,"lon":1,"lat":1,"__proto__":{"a":1}}', "forbidden_key"],
  ])("[IB1] refuses a body of %s", async (_, payload, code) => {
    const { status, body } = await post(openDoors(), payload);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code });
  });

  it("[IB4] judges each NDJSON line for itself: broken, not UTF-8, __proto__, too long, truncated", async () => {
    const good = Buffer.from(JSON.stringify(position()));
    const lines = [
      good,
      Buffer.from("{nonsense"),
      Buffer.from([0x22, 0xff, 0x22]),
      Buffer.from('{"__proto__":1}'),
      Buffer.from(JSON.stringify({ x: "y".repeat(70_000) })),
      Buffer.from(JSON.stringify(position(1))),
      Buffer.from('{"device":"van-7","time":17'),
    ];
    const doors = openDoors();
    const payload = Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [Buffer.from("\n"), line])));
    const { status, body } = await post(doors, payload, ndjson);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accepted: 2,
      rejected: [
        { index: 1, code: "invalid_json" },
        { index: 2, code: "invalid_encoding" },
        { index: 3, code: "forbidden_key" },
        { index: 4, code: "body_too_large" },
        { index: 6, code: "invalid_json" },
      ],
    });
  });

  it("[IB1] takes a JSON body of 15 MB", async () => {
    expect(await post(openDoors(), `[${" ".repeat(15_000_000)}]`)).toEqual(clean(0));
  });

  it("[IB1] refuses a JSON body over the limit, also one that only grows when inflated", async () => {
    const big = `[${" ".repeat(17 * 1024 * 1024)}]`;
    const plain = await post(openDoors(), big);
    expect([plain.status, plain.body["code"]]).toEqual([413, "FST_ERR_CTP_BODY_TOO_LARGE"]);
    const squeezed = await post(openDoors(), gzipSync(big), { "content-encoding": "gzip" });
    expect([squeezed.status, squeezed.body["code"]]).toEqual([413, "FST_ERR_CTP_BODY_TOO_LARGE"]);
  });

  it("[IB2] inflates gzip, and names what is no gzip", async () => {
    const gzip = { "content-encoding": "gzip" };
    expect(await post(openDoors(), gzipSync(JSON.stringify(position())), gzip)).toEqual(clean(1));
    const lines = gzipSync(`${JSON.stringify(position())}\n${JSON.stringify(position(1))}`);
    expect(await post(openDoors(), lines, { ...gzip, ...ndjson })).toEqual(clean(2));
    expect((await post(openDoors(), "nonsense", { ...gzip, ...ndjson })).body).toMatchObject({
      code: "invalid_body",
    });
    const other = await post(openDoors(), "x", { "content-encoding": "br" });
    expect(other.body).toMatchObject({ code: "unsupported_media_type" });
  });

  it("[IA7] wants the scope ingest", async () => {
    const doors = openDoors();
    const ask = async (authorization?: string): Promise<unknown> => {
      const headers = {
        "content-type": "application/json",
        ...(authorization !== undefined && { authorization }),
      };
      const answer = await doors.server.inject({
        method: "POST",
        url: "/api/positions",
        headers,
        payload: "[]",
      });
      return (answer.json() as { code?: string }).code ?? answer.statusCode;
    };
    expect(await ask()).toBe("unauthenticated");
    expect(await ask("Bearer wrong")).toBe("invalid_token");
    expect(await ask("Bearer view")).toBe("forbidden");
    expect(await ask("Bearer admin")).toBe(200);
  });

  it("[IA6] refuses unknown devices when the token may not register them", async () => {
    const closed = { authorization: "Bearer closed" };
    const stranger = position(0, { device: "stranger" });
    const batch = await post(openDoors(), [position(), { bad: 1 }, stranger], closed);
    expect(batch.body).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1 }, { index: 2, code: "unknown_device" }],
    });
    const one = await post(openDoors(), stranger, closed);
    expect(one).toMatchObject({ status: 404, body: { code: "unknown_device" } });
  });

  it("[IA7] imports for administrators only", async () => {
    const doors = openDoors();
    expect(await post(doors, position(), {}, "?mode=import")).toMatchObject({ body: { code: "forbidden" } });
    expect(await post(doors, position(), {}, "?mode=x")).toMatchObject({
      body: { code: "invalid_parameter" },
    });
    const admin = { authorization: "Bearer admin" };
    expect(await post(doors, position(), admin, "?mode=import")).toEqual(clean(1));
    expect(doors.intake.submissions[0]?.mode).toBe("import");
  });
});

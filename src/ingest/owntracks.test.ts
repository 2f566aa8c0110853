import { describe, expect, it } from "vitest";
import { openDoors, type Doors } from "./testing/fakes.ts";

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

const location = {
  _type: "location",
  tst: 1_777_636_000,
  lat: 43.7,
  lon: 7.4,
  acc: 15,
  alt: 440,
  vel: 36,
  cog: 271,
  batt: 46,
  tid: "5t",
  topic: "owntracks/jane/phone",
};

const post = async (
  { server }: Doors,
  payload: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> => {
  const answer = await server.inject({
    method: "POST",
    url: "/owntracks",
    headers: { authorization: basic("jane", "ingest"), "content-type": "application/json", ...headers },
    payload: JSON.stringify(payload),
  });
  return { status: answer.statusCode, body: answer.json() };
};

describe("/owntracks", () => {
  it("[IT1] takes a location, speed in km/h, and answers the empty list that the app expects", async () => {
    const doors = openDoors();
    expect(await post(doors, location)).toEqual({ status: 200, body: [] });
    expect(doors.intake.positions).toEqual([
      {
        device: "jane-phone",
        time: 1_777_636_000_000,
        lon: 7.4,
        lat: 43.7,
        altitude: 440,
        speed: 10,
        course: 271,
        accuracy: 15,
        attributes: { batteryLevel: 46, tid: "5t" },
      },
    ]);
    expect(doors.counted).toEqual([["owntracks", { accepted: 1, duplicate: 0, rejected: 0 }]]);
  });

  it.each<[string, Record<string, string>, object, string]>([
    ["the headers", { "x-limit-u": "joe", "x-limit-d": "tablet" }, {}, "joe-tablet"],
    ["the topic", {}, {}, "jane-phone"],
    ["the user of Basic and the tracker id", {}, { topic: undefined }, "jane-5t"],
    ["the tracker id alone, under a Bearer", { authorization: "Bearer ingest" }, { topic: undefined }, "5t"],
  ])("[IT3] names the device by %s", async (_, headers, change, device) => {
    const doors = openDoors();
    expect(await post(doors, { ...location, ...change }, headers)).toMatchObject({ status: 200 });
    expect(doors.intake.positions[0]?.device).toBe(device);
  });

  it("[IT2] takes a transition that has a place, with what it says as attributes", async () => {
    const doors = openDoors();
    const transition = {
      _type: "transition",
      event: "leave",
      desc: "Home",
      t: "c",
      tst: 1_777_636_100,
      wtst: 1_700_000_000,
      lat: 43.7,
      lon: 7.4,
      acc: 5,
      tid: "5t",
      topic: "owntracks/jane/phone/event",
    };
    expect(await post(doors, transition)).toEqual({ status: 200, body: [] });
    expect(doors.intake.positions[0]).toMatchObject({
      device: "jane-phone",
      attributes: { transition: "leave", region: "Home", trigger: "c" },
    });
  });

  it("[IT2] takes and ignores other messages", async () => {
    const doors = openDoors();
    for (const type of ["waypoint", "lwt", "card", "status", "waypoints"]) {
      expect(await post(doors, { _type: type })).toEqual({ status: 200, body: [] });
    }
    expect(await post(doors, { _type: "transition", event: "enter" })).toEqual({ status: 200, body: [] });
    expect(doors.intake.submissions).toEqual([]);
  });

  it("[IT4] counts a repeated message as duplicate and still answers the empty list", async () => {
    const doors = openDoors();
    await post(doors, location);
    expect(await post(doors, location)).toEqual({ status: 200, body: [] });
    expect(doors.counted[1]).toEqual(["owntracks", { accepted: 0, duplicate: 1, rejected: 0 }]);
  });

  it.each<[unknown, string]>([
    [{ _type: "encrypted", data: "abc" }, "encrypted_payload"],
    [{}, "invalid_body"],
    [[location], "invalid_body"],
    [{ ...location, lat: undefined }, "invalid_coordinate"],
    [{ ...location, tst: undefined }, "invalid_time"],
    [{ ...location, tst: 5 }, "time_out_of_range"],
    [{ ...location, vel: "fast" }, "invalid_field"],
  ])("[IT5] refuses %j by name", async (payload, code) => {
    expect(await post(openDoors(), payload)).toMatchObject({ status: 400, body: { code } });
  });

  it("[IT6] needs the token as password", async () => {
    const doors = openDoors();
    expect(await post(doors, location, { authorization: basic("ingest", "wrong") })).toMatchObject({
      status: 401,
    });
    expect(await post(doors, location, { authorization: basic("ingest", "view") })).toMatchObject({
      status: 403,
    });
  });

  it("[IT4] reads the message under any content type, and under none", async () => {
    const doors = openDoors();
    expect(await post(doors, location, { "content-type": "text/plain" })).toEqual({ status: 200, body: [] });
    expect(await post(doors, location, { "content-type": "application/octet-stream" })).toMatchObject({
      body: [],
    });
    const { "content-type": _, ...none } = { "content-type": "", authorization: basic("jane", "ingest") };
    const answer = await doors.server.inject({
      method: "POST",
      url: "/owntracks",
      headers: none,
      payload: Buffer.from(JSON.stringify(location)),
    });
    expect(answer.json()).toEqual([]);
  });
});

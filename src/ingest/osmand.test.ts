import { describe, expect, it } from "vitest";
import { now, openDoors, type Doors } from "./testing/fakes.ts";

const get = async (
  { server }: Doors,
  query: string,
): Promise<{ status: number; code?: string; detail?: string }> => {
  const answer = await server.inject(`/osmand?token=ingest&${query}`);
  return { status: answer.statusCode, ...(answer.json() as object) };
};

const place = "id=phone&lat=43.7&lon=7.4";

describe("/osmand with a query", () => {
  it("[IO1] reads every parameter of Traccar Client, speed in knots, and keeps no token", async () => {
    const doors = openDoors();
    const query = `${place}&timestamp=1777636000&speed=10&bearing=90&altitude=12.5&accuracy=4&batt=87.5&charge=true`;
    expect(await get(doors, query)).toMatchObject({ status: 200, accepted: 1 });
    expect(doors.intake.positions).toEqual([
      {
        device: "phone",
        time: 1_777_636_000_000,
        lon: 7.4,
        lat: 43.7,
        altitude: 12.5,
        speed: 5.144444444444445,
        course: 90,
        accuracy: 4,
        attributes: { batteryLevel: 87.5, charge: true },
      },
    ]);
    expect(JSON.stringify(doors.intake.positions)).not.toContain("ingest");
  });

  it.each<[string, string, number]>([
    ["seconds", "1777636000", 1_777_636_000_000],
    ["milliseconds", "1777636000123", 1_777_636_000_123],
    ["RFC 3339", "2026-05-01T11%3A00%3A00Z", Date.UTC(2026, 4, 1, 11)],
    ["an offset whose plus was not escaped", "2026-05-01T13:00:00+02:00", Date.UTC(2026, 4, 1, 11)],
    ["yyyy-MM-dd HH:mm:ss", "2026-05-01+11%3A00%3A00", Date.UTC(2026, 4, 1, 11)],
    ["nothing, which is now", "", now],
  ])("[IO1] reads a time in %s", async (_, text, time) => {
    const doors = openDoors();
    expect(await get(doors, `${place}&timestamp=${text}`)).toMatchObject({ accepted: 1 });
    expect(doors.intake.positions[0]?.time).toBe(time);
  });

  it("[IO2] takes deviceid, location, heading, valid, and any other parameter as an attribute", async () => {
    const doors = openDoors();
    const query =
      "deviceid=a&location=43.7,7.4&heading=180&valid=0&ignition=true&rpm=933&driver=Ada%20L&hdop=1.5";
    await get(doors, query);
    expect(doors.intake.positions[0]).toMatchObject({
      device: "a",
      lat: 43.7,
      lon: 7.4,
      course: 180,
      attributes: { valid: false, ignition: true, rpm: 933, driver: "Ada L", hdop: 1.5 },
    });
  });

  it("[IO3] takes -1 for what the phone does not know", async () => {
    const doors = openDoors();
    await get(doors, `${place}&speed=-1&bearing=-1&accuracy=-1`);
    expect(doors.intake.positions[0]).toEqual({
      device: "phone",
      time: now,
      lon: 7.4,
      lat: 43.7,
    });
  });

  it.each([
    ["lat=43.7&lon=7.4", "invalid_device", "missing"],
    ["id=a&lat=91&lon=7.4", "invalid_coordinate", "91"],
    ["id=a&lat=4,5&lon=7.4", "invalid_coordinate", "4,5"],
    ["id=a&cell=257,02,16,2224", "invalid_coordinate", "lat is missing"],
    [`${place}&timestamp=yesterday`, "invalid_time", "yesterday"],
    [`${place}&timestamp=12`, "time_out_of_range", "12000"],
    [`${place}&__proto__=1`, "forbidden_key", "__proto__"],
    [`${place}&speed=fast`, "invalid_field", "fast"],
  ])("[IO5] refuses %s", async (query, code, part) => {
    const answer = await get(openDoors(), query);
    expect(answer).toMatchObject({ status: 400, code });
    expect(answer.detail).toContain(part);
  });

  it("[IO6] needs a token", async () => {
    const { server } = openDoors();
    expect((await server.inject(`/osmand?${place}`)).statusCode).toBe(401);
    expect((await server.inject(`/osmand?token=view&${place}`)).statusCode).toBe(403);
    const headers = { authorization: "Bearer ingest" };
    expect((await server.inject({ url: `/osmand?${place}`, headers })).statusCode).toBe(200);
  });
});

describe("/osmand with POST", () => {
  const url = "/osmand?token=ingest";

  it("[IO1] takes everything in the query and an empty body, or a form", async () => {
    const doors = openDoors();
    const empty = await doors.server.inject({ method: "POST", url: `${url}&${place}&timestamp=1777636000` });
    expect(empty.json()).toMatchObject({ accepted: 1 });
    const form = { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" };
    const payload = `${place}&timestamp=1777636001`;
    const answer = await doors.server.inject({ method: "POST", url, headers: form, payload });
    expect(answer.json()).toMatchObject({ accepted: 1 });
    expect(doors.counted).toHaveLength(2);
  });

  it("[IO4] takes the JSON of newer Traccar Clients, speed in metres per second", async () => {
    const doors = openDoors();
    const payload = {
      device_id: "48241179",
      location: {
        timestamp: "2026-05-01T11:45:12.862Z",
        coords: { latitude: 43.7, longitude: 7.4, accuracy: 5, speed: 3.5, heading: -1, altitude: 5 },
        is_moving: true,
        odometer: 120,
        event: "motionchange",
        battery: { level: 0.87, is_charging: false },
        activity: { type: "in_vehicle" },
        extras: { alarm: "sos", nested: { a: 1 } },
      },
    };
    const answer = await doors.server.inject({ method: "POST", url, payload });
    expect(answer.json()).toMatchObject({ accepted: 1 });
    expect(doors.intake.positions).toEqual([
      {
        device: "48241179",
        time: Date.UTC(2026, 4, 1, 11, 45, 12, 862),
        lat: 43.7,
        lon: 7.4,
        altitude: 5,
        speed: 3.5,
        accuracy: 5,
        attributes: {
          alarm: "sos",
          event: "motionchange",
          motion: true,
          odometer: 120,
          activity: "in_vehicle",
          batteryLevel: 87,
          charge: false,
        },
      },
    ]);
  });

  it.each([
    [{}, "invalid_body"],
    [[], "invalid_body"],
    [{ device_id: "a", location: {} }, "invalid_body"],
    [
      { location: { timestamp: "2026-05-01T11:45:12Z", coords: { latitude: 1, longitude: 1 } } },
      "invalid_device",
    ],
    [{ device_id: "a", location: { coords: { latitude: 1, longitude: 1 } } }, "invalid_time"],
  ])("[IO4] refuses %j", async (payload, code) => {
    const { server } = openDoors();
    const answer = await server.inject({ method: "POST", url, payload });
    expect(answer.json()).toMatchObject({ code });
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { connect, openSite, type Site, type TestClient, TRANSPORTS } from "./testing/clients.ts";
import { fixAt, World } from "./testing/world.ts";

const BAY = [-123, 37, -122, 38] as const;

let site: Site | undefined;
const clients: TestClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await site?.close();
  site = undefined;
});

describe.each(TRANSPORTS)("live over %s", (transport) => {
  const open = async (
    world: World,
    ask: Partial<Parameters<typeof connect>[2]> = {},
  ): Promise<TestClient> => {
    site ??= await openSite(world);
    const client = connect(transport, site, { bbox: BAY, ...ask });
    clients.push(client);
    return client;
  };

  it("[LV1] begins with a snapshot of what is in view", async () => {
    const world = new World();
    world.move(fixAt("in", -122.5, 37.5), fixAt("out", 10, 50));
    const client = await open(world);
    const { body } = await client.next("positions");
    expect(body).toMatchObject({ snapshot: true, gone: [] });
    expect(body.positions).toEqual([
      { device: "in", time: "2026-05-01T00:00:00.000Z", lon: -122.5, lat: 37.5, speed: 5, course: 90 },
    ]);
  });

  it("[LV2] sends changes, and names what left as gone", async () => {
    const world = new World();
    world.move(fixAt("a", -122.5, 37.5));
    const client = await open(world);
    await client.next("positions");
    world.move(fixAt("a", -122.6, 37.5, 1));
    const moved = await client.next("positions");
    expect(moved.body.positions).toMatchObject([{ device: "a", lon: -122.6 }]);
    world.move(fixAt("a", -100, 37.5, 2));
    const left = await client.next("positions");
    expect(left.body).toMatchObject({ positions: [], gone: ["a"] });
  });

  it("[LV3] sends events in view at once, with a cursor", async () => {
    const world = new World();
    const client = await open(world);
    await client.next("positions");
    world.happen([0, 0], [-122.5, 37.5]);
    const { body, id } = await client.next("event");
    expect(body.event).toMatchObject({ id: "event-2", type: "enter", device: "bus", fence: "depot" });
    expect(body.cursor).toBe("1.feed-one.2");
    expect(id).toBe(transport === "sse" ? body.cursor : undefined);
  });
});

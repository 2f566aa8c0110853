import { afterEach, describe, expect, it } from "vitest";
import { connect, openSite, type Site, type TestClient, TRANSPORTS } from "./testing/clients.ts";
import type { LiveSettings } from "./settings.ts";
import { fixAt, World, WORKSPACE } from "./testing/world.ts";

const BAY = [-123, 37, -122, 38] as const;

let sites: Site[] = [];
let clients: TestClient[] = [];
afterEach(async () => {
  for (const client of clients) client.close();
  await Promise.all(sites.map((site) => site.close()));
  sites = [];
  clients = [];
});

const open = async (world: World, settings: Partial<LiveSettings> = {}): Promise<Site> => {
  const site = await openSite(world, settings);
  sites.push(site);
  return site;
};

describe.each(TRANSPORTS)("live over %s", (transport) => {
  const join = (site: Site, ask: Partial<Parameters<typeof connect>[2]> = {}): TestClient => {
    const client = connect(transport, site, { bbox: BAY, ...ask });
    clients.push(client);
    return client;
  };

  it("[LV1] begins with a snapshot of what is in view", async () => {
    const world = new World();
    world.move(fixAt("in", -122.5, 37.5), fixAt("out", 10, 50));
    const client = join(await open(world));
    const { body } = await client.next("positions");
    expect(body).toEqual({
      cursor: "1.feed-one.0",
      positions: [
        { device: "in", time: "2026-05-01T00:00:00.000Z", lon: -122.5, lat: 37.5, speed: 5, course: 90 },
      ],
      gone: [],
      snapshot: true,
    });
  });

  it("[LV3] sends changes at their pace, and names what left as gone", async () => {
    const world = new World();
    world.move(fixAt("a", -122.5, 37.5));
    const client = join(await open(world));
    await client.next("positions");
    world.move(fixAt("a", -122.6, 37.5, 1));
    const moved = await client.next("positions");
    expect(moved.body.positions).toMatchObject([{ device: "a", lon: -122.6 }]);
    world.move(fixAt("a", -122.7, 37.5, 2));
    world.move(fixAt("a", -100, 37.5, 3));
    const left = await client.next("positions");
    expect(left.body).toMatchObject({ positions: [], gone: ["a"] });
  });

  it("[LV5] a view may cross the antimeridian", async () => {
    const world = new World();
    world.move(fixAt("fiji", 178, -17), fixAt("samoa", -172, -14), fixAt("paris", 2, 48));
    const client = join(await open(world), { bbox: [170, -30, -170, 0] });
    const { body } = await client.next("positions");
    expect(body.positions.map(({ device }: { device: string }) => device).toSorted()).toEqual([
      "fiji",
      "samoa",
    ]);
  });

  it("[LE1] sends events in view at once, with a cursor", async () => {
    const world = new World();
    const client = join(await open(world));
    await client.next("positions");
    world.happen([0, 0], [-122.5, 37.5]);
    const { body, id } = await client.next("event");
    expect(body).toEqual({
      cursor: "1.feed-one.2",
      event: {
        id: "event-2",
        type: "enter",
        device: "bus",
        fence: "depot",
        fenceVersion: 1,
        time: "2026-05-01T00:00:00.002Z",
        fix: "2026-05-01T00:00:00.002Z",
        detectedAt: "2026-05-01T00:00:00.007Z",
        lon: -122.5,
        lat: 37.5,
      },
    });
    expect(id).toBe(transport === "sse" ? body.cursor : undefined);
  });

  it("[LE3] says when a fence or a device was changed", async () => {
    const world = new World();
    const client = join(await open(world));
    await client.next("positions");
    world.publish({ kind: "device-described", workspace: WORKSPACE, device: "a", label: { name: "Tram 7" } });
    world.publish({ kind: "fence-deleted", workspace: WORKSPACE, fence: "depot" });
    expect((await client.next("device")).body).toEqual({ device: "a", change: "described", name: "Tram 7" });
    expect((await client.next("fence")).body).toEqual({ fence: "depot", change: "deleted" });
  });

  it("[LC2] [LL1] goes on where it was after a restart of the server", async () => {
    const world = new World();
    const before = await open(world);
    const client = join(before, { events: "all" });
    await client.next("positions");
    world.happen([1, 1], [2, 2]);
    const { body } = await client.next("event", ({ event }) => event.id === "event-2");
    world.happen([3, 3]);
    await client.next("event", ({ event }) => event.id === "event-3");
    await before.close();
    expect((await client.next("end")).body).toMatchObject({ reason: "shutting_down", comeBack: true });
    await client.ended;
    world.happen([4, 4], [5, 5]);
    const again = join(await open(world), { events: "all", cursor: body.cursor });
    await again.next("event", ({ event }) => event.id === "event-5");
    world.happen([6, 6]);
    await again.next("event", ({ event }) => event.id === "event-6");
    const heard = again.told.filter(({ name }) => name === "event").map(({ body }) => body.event.id);
    expect(heard).toEqual(["event-3", "event-4", "event-5", "event-6"]);
  });

  it("[LC3] says reset to a cursor of another feed, and goes on", async () => {
    const world = new World();
    world.happen([1, 1]);
    const client = join(await open(world), { events: "all", cursor: "1.other.1" });
    expect((await client.next("reset")).body).toEqual({ cursor: "1.feed-one.1", reason: "other_feed" });
    world.happen([1, 1]);
    expect((await client.next("event")).body.event.id).toBe("event-2");
  });

  it("[LA1] refuses wrong and missing tokens and tokens without the scope", async () => {
    const site = await open(new World());
    for (const [token, told] of [
      ["wrong", /not known/],
      ["ingest-only", /scope view/],
    ] as const) {
      const client = join(site, { token });
      const reason = await client.ended;
      expect(transport === "sse" ? client.told.at(-1)?.body.detail : reason).toMatch(told);
    }
    expect(site.live.figures().viewers).toEqual({});
  });

  it("[LA3] ends the stream when the token is revoked", async () => {
    const world = new World();
    const site = await open(world);
    const client = join(site);
    await client.next("positions");
    world.revoke("viewer");
    expect((await client.next("end")).body).toMatchObject({ reason: "revoked", comeBack: false });
    await client.ended;
    const again = join(site);
    await again.ended;
    expect(again.told.some(({ name }) => name === "positions")).toBe(false);
    expect(world.watched).toBe(0);
    expect(site.live.figures().viewers).toEqual({});
  });

  it("[LA4] each of two members of different groups sees exactly its devices, through changes of groups", async () => {
    const world = new World();
    world.regroup("n", "north/vans");
    world.regroup("s", "south");
    world.move(fixAt("n", -122.5, 37.5), fixAt("s", -122.4, 37.4), fixAt("nobody", -122.3, 37.3));
    const site = await open(world);
    const north = join(site, { token: "only north" });
    const south = join(site, { token: "only south,east" });
    expect((await north.next("positions")).body.positions).toMatchObject([{ device: "n" }]);
    expect((await south.next("positions")).body.positions).toMatchObject([{ device: "s" }]);
    world.regroup("n", "east");
    expect((await north.next("positions")).body).toMatchObject({ positions: [], gone: ["n"] });
    expect((await south.next("positions")).body).toMatchObject({ positions: [{ device: "n" }], gone: [] });
    world.move(fixAt("n", -122.51, 37.5, 1), fixAt("nobody", -122.31, 37.3, 1));
    expect((await south.next("positions")).body.positions).toMatchObject([{ device: "n" }]);
    world.happenTo({ device: "n", lon: -122.5, lat: 37.5 }, { device: "s", lon: -122.4, lat: 37.4 });
    world.happenTo({ device: "nobody", lon: -122.5, lat: 37.5 });
    world.regroup("nobody", "north");
    expect((await north.next("positions")).body.positions).toMatchObject([{ device: "nobody" }]);
    world.happenTo({ device: "nobody", lon: -122.5, lat: 37.5 });
    expect((await north.next("event")).body.event.id).toBe("event-4");
    await south.next("event", ({ event }) => event.id === "event-2");
    expect(south.told.filter(({ name }) => name === "event")).toHaveLength(2);
    expect(north.told.filter(({ name }) => name === "positions")).toHaveLength(3);
  });

  it("[LH1] refuses a view that is none, naming the value", async () => {
    const site = await open(new World());
    const client = join(site, { bbox: [0, 50, 10, 40] });
    const { body } = await client.next("problem");
    expect(body).toMatchObject({ code: "invalid_parameter", status: 400 });
    expect(body.detail).toContain("south 50");
  });

  it("[LL1] closing ends every viewer and leaves nothing behind", async () => {
    const world = new World();
    const site = await open(world);
    const many = [join(site), join(site), join(site)];
    await Promise.all(many.map((client) => client.next("positions")));
    expect(site.live.figures().viewers).toEqual({ [transport]: 3 });
    await site.live.close();
    await Promise.all(many.map((client) => client.ended));
    expect(world.subscribers).toBe(0);
    expect(world.watched).toBe(0);
  });
});

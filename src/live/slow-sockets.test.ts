import { expect, it } from "vitest";
import { formatTime } from "#wire";
import { connect, openSite, TRANSPORTS } from "./testing/clients.ts";
import { fixAt, World } from "./testing/world.ts";

const EVERYWHERE = [-180, -90, 180, 90];
const DEVICES = 4_000;

/** Lets timers and sockets of this process have their turn. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

it.each(TRANSPORTS)(
  "[LB1] [LB3] a client on %s that stops reading costs one frame, and misses no event",
  { timeout: 60_000 },
  async (transport) => {
    const world = new World();
    const unbounded = { frameEvery: 1, maxBytesPerSecond: 1e12, maxChannel: DEVICES };
    const site = await openSite(world, unbounded);
    const client = connect(transport, site, { bbox: EVERYWHERE, events: "all" });
    let n = 0;
    const moveAll = async (): Promise<void> => {
      n++;
      world.move(...Array.from({ length: DEVICES }, (_, i) => fixAt(`d${i}`, i / 40, n / 1000, n)));
      if (n % 10 === 0) world.happen([n / 1000, 5]);
      await turn();
    };
    try {
      await client.next("positions");
      client.pause();
      // The kernel holds a few megabytes for a client that does not read; after that no frame gets through.
      for (let still = 0, frames = 0; still < 30; still++) {
        await moveAll();
        if (site.live.figures().frames !== frames) still = 0;
        frames = site.live.figures().frames;
      }
      const before = site.live.figures();
      for (let i = 0; i < 50; i++) await moveAll();
      const after = site.live.figures();
      expect(after.frames).toBe(before.frames);
      expect(after.bytes - before.bytes).toBeLessThan(66_000);
      client.resume();
      const newest = `d${DEVICES - 1}`;
      const { time } = fixAt(newest, 0, 0, n);
      await client.next("positions", ({ positions }) =>
        positions.some(
          (one: { device: string; time: string }) => one.device === newest && one.time === formatTime(time),
        ),
      );
      const last = world.feed.at(-1)!.event.id;
      await client.next("event", ({ event }) => event.id === last);
      const heard = client.told.filter(({ name }) => name === "event").map(({ body }) => body.event.id);
      expect(heard).toEqual(world.feed.map(({ event }) => event.id));
    } finally {
      client.close();
      await site.close();
    }
  },
);

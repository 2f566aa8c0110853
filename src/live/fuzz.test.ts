import { describe, expect, it } from "vitest";
import { holds, toBox } from "./box.ts";
import { FakeLine } from "./testing/fake-line.ts";
import { settle, Stage } from "./testing/stage.ts";
import { FrameTeller } from "./testing/ws-client.ts";
import { fixAt } from "./testing/world.ts";
import type { Viewer } from "./viewer.ts";
import { decodeWatch } from "./watch.ts";

/** mulberry32: small, seeded, good enough to shake a state machine. */
const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A client as the protocol asks for one: applies what it reads and keeps the cursor. It may lose its connection at any message. */
class Client {
  readonly shown = new Map<string, string>();
  readonly heard: number[] = [];
  cursor: string | undefined;
  resets = 0;
  /** Place in the feed where it began: a client that has read nothing yet has no cursor, and begins anew. */
  begins = 0;
  bbox: number[] = [-180, -90, 180, 90];
  readonly format: "json" | "binary";
  teller = new FrameTeller(this.bbox);
  line = new FakeLine();
  viewer: Viewer | undefined;

  constructor(format: "json" | "binary") {
    this.format = format;
  }

  get watch(): object {
    return { bbox: this.bbox, events: "all", cursor: this.cursor, format: this.format };
  }

  /** Reads at most `most` messages; the rest is lost when the connection drops. */
  read(most = Infinity): void {
    for (const { name, body: sent } of this.line.told.splice(0, Math.min(most, this.line.told.length))) {
      const body = this.teller.tell(sent);
      if (typeof body.cursor === "string") this.cursor = body.cursor;
      if (name === "event") this.heard.push(Number(body.event.id.slice("event-".length)));
      if (name === "reset") this.resets++;
      if (name !== "positions") continue;
      if (body.snapshot) this.shown.clear();
      for (const { device, lon, lat } of body.positions) {
        this.shown.set(device, `${Math.round(lon)},${Math.round(lat)}`);
      }
      for (const device of body.gone) this.shown.delete(device);
    }
  }
}

class Simulation {
  readonly stage = new Stage({ frameSize: 7, maxChanges: 15, maxQueue: 25, maxInFlight: 300 });
  readonly clients = (["json", "binary", "json", "binary"] as const).map((format) => new Client(format));
  readonly #random: () => number;
  #time = 0;

  constructor(seed: number) {
    this.#random = random(seed);
  }

  async run(steps: number): Promise<void> {
    for (const client of this.clients) this.#connect(client);
    for (let i = 0; i < steps; i++) await this.#step();
    for (const client of this.clients) {
      if (client.line.ended || !client.viewer) this.#connect(client);
      client.line.flow();
    }
    await settle();
    this.stage.clock.advance(1_000);
    for (const client of this.clients) client.read();
  }

  async #step(): Promise<void> {
    const { stage } = this;
    const client = this.clients[this.#below(this.clients.length)]!;
    const dice = this.#below(100);
    if (dice < 45) this.#move();
    else if (dice < 60)
      stage.world.happen(...Array.from({ length: 1 + this.#below(3) }, () => this.#place()));
    else if (dice < 65) stage.world.deleteDevice(`d${this.#below(30)}`);
    else if (dice < 75) this.#look(client);
    else if (dice < 80) client.line.heldUp = true;
    else if (dice < 85) client.line.flow();
    else if (dice < 90) this.#drop(client);
    else if (dice < 92) this.#restart();
    else stage.clock.advance(this.#below(150));
    if (this.#below(3) === 0) await settle();
    for (const each of this.clients) {
      if (each.line.ended) this.#drop(each);
      if (this.#below(2) === 0) each.read();
    }
  }

  #move(): void {
    const fixes = Array.from({ length: 1 + this.#below(5) }, () => {
      const [lon, lat] = this.#place();
      return fixAt(`d${this.#below(30)}`, lon, lat, this.#time++);
    });
    this.stage.world.move(...new Map(fixes.map((fix) => [fix.device, fix])).values());
  }

  #look(client: Client): void {
    const [west, south] = this.#place();
    client.bbox = [west, south, west + this.#below(300), Math.min(90, south + this.#below(90))];
    if (client.viewer && !client.viewer.closed) {
      client.teller.look(client.bbox);
      this.stage.hub.watch(client.viewer, decodeWatch(client.watch));
    }
  }

  /** The connection breaks with some messages still on their way; the client comes back with its cursor. */
  #drop(client: Client): void {
    client.read(this.#below(4));
    if (client.viewer) this.stage.hub.leave(client.viewer);
    this.#connect(client);
  }

  #restart(): void {
    this.stage.restart();
    for (const client of this.clients) this.#drop(client);
  }

  #connect(client: Client): void {
    client.line = new FakeLine();
    if (client.cursor === undefined) client.begins = this.stage.world.seq;
    client.teller = new FrameTeller(client.bbox);
    client.viewer = this.stage.join(client.watch, client.line).viewer;
  }

  #place(): [number, number] {
    return [this.#below(361) - 180, this.#below(181) - 90];
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }
}

describe("live, shaken", () => {
  const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
  it.each(SEEDS)(
    "[LV4] [LC2] [LB3] every map equals the truth and no event is lost or doubled, seed %i",
    async (seed) => {
      const simulation = new Simulation(seed);
      await simulation.run(400);
      const { world } = simulation.stage;
      for (const client of simulation.clients) {
        const box = toBox(client.bbox);
        const truth = [...world.devices.values()].flatMap(({ fix }) =>
          fix && holds(box, fix.lon, fix.lat) ? [[fix.device, `${fix.lon},${fix.lat}`]] : [],
        );
        expect(Object.fromEntries(client.shown)).toEqual(Object.fromEntries(truth));
        // A client that was too slow is told reset, but its cursor still leads to every event.
        expect(client.heard).toEqual(world.feed.map(({ seq }) => seq).filter((seq) => seq > client.begins));
      }
    },
  );
});

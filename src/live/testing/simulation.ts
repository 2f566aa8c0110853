import { holds } from "../box.ts";
import { DEFAULTS, type LiveSettings } from "../settings.ts";
import { Connection } from "./connection.ts";
import { Dice } from "./dice.ts";
import { FarClient } from "./far-client.ts";
import { settle, Stage } from "./stage.ts";
import { randomBox, randomGroups, randomWatch, Traffic } from "./traffic.ts";
import { Truth } from "./truth.ts";
import { World, WORKSPACE } from "./world.ts";

/** Milliseconds until a server notices that a client is gone, and until a client comes back, at most. */
const [NOTICED, BACK] = [6_000, 3_000];
/** Milliseconds in which all must have come to rest once nothing fails any more. */
const LONGEST_UNREST = 300_000;
/** Milliseconds that pass at once. */
const SLICE = 20;

/** Cursors that no server has given, or another one. */
const WRONG: readonly (readonly [cursor: string, reason: string])[] = [
  ["1.feed-two.1", "other_feed"],
  ["1.feed-one.zzzzzz", "cursor_ahead"],
  ["what is this", "unknown_cursor"],
  ["1.feed-one.-1", "unknown_cursor"],
  ["2.feed-one.1", "unknown_cursor"],
  ["1.feed-one.", "unknown_cursor"],
];

/**
 * A world that moves, a server that restarts, and clients at the far end of a network that fails: all of it from one seed.
 * What is wrong is found in the moment it happens, and written down in `failures`.
 */
export class Simulation {
  readonly failures: string[] = [];
  /** How often each kind of thing has happened: what never does is not tested. */
  readonly counts: Map<string, number> = new Map();
  readonly clients: readonly FarClient[];
  readonly #world: World = new World();
  readonly #truth: Truth = new Truth(this.#world);
  readonly #dice: Dice;
  readonly #settings: LiveSettings;
  readonly #stage: Stage;
  readonly #traffic: Traffic;
  readonly #connections: Map<FarClient, Connection> = new Map();
  /** Those that are dead without the server's knowing included. */
  readonly #open: Set<Connection> = new Set();
  readonly #reads: { failed: number; pending: number } = { failed: 0, pending: 0 };
  readonly #boxes: readonly (readonly number[])[];
  /** Events that are committed and not announced. */
  #announcement: { readonly now: () => void; readonly cancel: () => void } | undefined;
  #step = 0;
  #trouble = true;

  constructor(seed: number, clients = 10) {
    const dice = new Dice(seed);
    this.#dice = dice;
    this.#settings = {
      ...DEFAULTS,
      maxQueue: 25,
      maxInFlight: 300,
      frameSize: dice.pick([7, 2_000]),
      maxChanges: dice.pick([15, 20_000]),
      maxChannel: dice.pick([4, 1_000]),
      maxSnapshot: dice.pick([12, 50_000, 50_000]),
      maxReplay: dice.pick([60, 10_000, 10_000]),
    };
    this.#listen();
    this.#world.beforeRead = () => this.#read();
    this.#stage = new Stage(this.#settings, this.#world);
    this.#traffic = new Traffic(this.#world, this.#truth, dice);
    this.#boxes = Array.from({ length: 4 }, () => randomBox(dice));
    this.clients = Array.from({ length: clients }, (_, i) => {
      return new FarClient(randomGroups(dice), randomWatch(dice, this.#boxes), (what) =>
        this.#fail(`client ${i}: ${what}`),
      );
    });
  }

  /** So many steps of trouble, then rest; then every client is held against the truth. */
  async run(steps: number): Promise<void> {
    for (const client of this.clients) this.#connect(client);
    for (; this.#step < steps && this.failures.length === 0; this.#step++) {
      this.#go();
      await this.#pass(this.#dice.below(80));
    }
    await this.#calm();
    for (const client of this.clients) this.#judge(client);
    await this.#leave();
  }

  #go(): void {
    const client = this.#dice.pick(this.clients);
    const connection = this.#connections.get(client);
    const die = this.#dice.below(100);
    if (die < 62) this.#happen();
    else if (die < 72) this.#look(client);
    else if (die < 76) connection?.line.stall();
    else if (die < 85) connection?.line.drain();
    else if (die < 90) this.#drop(client);
    else if (die < 91) this.#restart();
    else if (die < 92) this.#traffic.forget();
    else if (die < 95) client.bookmark();
    else if (die < 96) this.#stage.clock.advance(10_000);
  }

  /** The truth hears the world before the server does: what that says in the same breath is judged by it. */
  #listen(): void {
    this.#world.subscribe((news) => {
      if (news.workspace !== WORKSPACE) return;
      this.#count(news.kind);
      if (news.kind === "moved") for (const { device } of news.devices) this.#changed(device);
      else if (news.kind === "device-deleted") this.#changed(news.device);
      else if (news.kind === "fence-deleted") this.#owe(Number(news.fence.split(" ")[1]));
    });
  }

  /** Something happens in the world; until it is announced nothing else is committed. */
  #happen(): void {
    if (this.#announcement) return;
    const events = this.#traffic.step(this.#isWatched);
    if (events.length === 0) return;
    for (const { seq, event } of events) {
      this.#truth.events.set(seq, event);
      for (const connection of this.#open) connection.happened(seq, event);
    }
    const announce = (): void => {
      this.#announcement = undefined;
      this.#world.announce(events);
    };
    const cancel = this.#stage.clock.after(this.#dice.pick([0, 0, 20, 150]), announce);
    this.#announcement = { now: announce, cancel };
  }

  #changed(device: string): void {
    for (const connection of this.#open) {
      connection.witness.changed(device);
      connection.reconsider();
    }
  }

  #owe(notice: number): void {
    for (const connection of this.#open) if (connection.isWatching) connection.notices.push(notice);
  }

  get #isWatched(): boolean {
    return Object.keys(this.#stage.hub.figures().viewers).length > 0;
  }

  #look(client: FarClient): void {
    client.look(randomWatch(this.#dice, this.#boxes));
    const connection = this.#connections.get(client);
    // Until it has a connection it knows what it wants; the cursor counts only once.
    if (connection?.viewer) connection.send(client.asked, client.cursor);
  }

  #connect(client: FarClient): void {
    const { clock } = this.#stage;
    let [cursor, due]: readonly (string | undefined)[] = [];
    if (this.#trouble && this.#dice.chance(0.06)) client.goBack(this.#dice.next());
    if (this.#trouble && this.#dice.chance(0.06)) [cursor, due] = this.#dice.pick(WRONG);
    else cursor = client.cursor;
    if (cursor !== undefined) this.#count("resumed");
    const connection: Connection = new Connection({
      client,
      truth: this.#truth,
      clock,
      dice: this.#dice,
      settings: this.#settings,
      cursor,
      due,
      reads: this.#reads,
      fail: (what) => this.#fail(`client ${this.clients.indexOf(client)}: ${what}`),
      closed: (comeBack) => {
        if (!comeBack) this.#fail("[LL1] sent away for good");
        this.#count("ended");
        this.#gone(connection);
      },
    });
    this.#connections.set(client, connection);
    clock.after(this.#dice.pick([0, 10, 100]), () => {
      if (this.#connections.get(client) !== connection) return;
      this.#open.add(connection);
      connection.open(this.#stage.hub);
    });
  }

  /** The connection breaks with something on its way; the server may take its time to notice. */
  #drop(client: FarClient): void {
    const connection = this.#connections.get(client);
    if (!connection?.viewer) return;
    connection.lose();
    this.#gone(connection);
  }

  #gone(connection: Connection): void {
    const { client } = connection;
    const { clock } = this.#stage;
    const delay = this.#dice.chance(0.5) ? 0 : this.#dice.below(NOTICED);
    clock.after(delay, () => {
      connection.leave();
      this.#open.delete(connection);
    });
    if (this.#connections.get(client) !== connection) return;
    this.#connections.delete(client);
    clock.after(this.#dice.below(this.#dice.pick([1, BACK])), () => this.#connect(client));
  }

  /** Another server over the same data; the one before ends in order, or falls dead. */
  #restart(): void {
    const isCrash = this.#dice.chance(0.5);
    this.#count(isCrash ? "crash" : "restart");
    const open = [...this.#open];
    this.#announcement?.cancel();
    if (!isCrash) this.#announcement?.now();
    this.#announcement = undefined;
    this.#world.recover();
    if (isCrash) for (const connection of open) connection.crash();
    this.#stage.restart();
    this.#truth.restarted();
    if (isCrash) for (const connection of open) this.#gone(connection);
    for (const connection of this.#open) connection.reconsider();
  }

  /** The feed takes its time, and may fail. */
  async #read(): Promise<void> {
    if (!this.#trouble) return;
    this.#reads.pending++;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stage.clock.after(this.#dice.pick([0, 0, 30, 300]), resolve);
    await promise;
    this.#reads.pending--;
    if (!this.#dice.chance(0.02)) return;
    this.#reads.failed++;
    throw new Error("the disk");
  }

  async #pass(ms: number): Promise<void> {
    for (let left = ms; left >= 0; left -= SLICE) {
      this.#stage.clock.advance(Math.min(SLICE, left));
      await settle();
    }
  }

  /** Nothing fails any more, until all have come to rest. */
  async #calm(): Promise<void> {
    this.#trouble = false;
    for (let passed = 0, quiet = 0; quiet < 2_000; passed += SLICE) {
      for (const connection of this.#open) connection.line.drain();
      await this.#pass(SLICE);
      const isQuiet = this.clients.every((client) => this.#connections.get(client)?.isQuiet === true);
      quiet = isQuiet ? quiet + SLICE : 0;
      if (passed > LONGEST_UNREST || this.failures.length > 0) return this.#fail("there is no rest");
    }
  }

  #judge(client: FarClient): void {
    const connection = this.#connections.get(client);
    const watch = connection?.watch;
    const fail = (what: string): void =>
      this.#fail(`client ${this.clients.indexOf(client)}, at the end: ${what}`);
    if (!connection || !watch || this.failures.length > 0) return;
    const { witness, notices } = connection;
    for (const flaw of this.#truth.flaws(client.groups, watch, witness.picture)) fail(flaw);
    const { shown } = client.picture;
    for (const [device, { lon, lat }] of witness.picture.shown) {
      // A reader tells what is in its view; of the rest of a cell at its edge it may tell or not.
      if (!shown.has(device) && holds(watch.box, lon, lat)) fail(`${device} was sent and is not shown`);
    }
    for (const [device, spot] of shown) {
      const flaw = this.#truth.flaw(client.groups, watch, device, spot);
      if (flaw !== undefined) fail(flaw);
      if (!witness.picture.shown.has(device)) fail(`${device} is shown and was not sent`);
    }
    if (client.owed.size > 0) fail(`[LC2] never heard of event-${[...client.owed].join(", ")}`);
    const lost = notices.filter((number) => !witness.notices.includes(number));
    if (lost.length > 0) fail(`[LE3] never told of notices ${lost.join(", ")}`);
    this.#count("heard", client.heard.length);
    this.#count("shown", shown.size);
    this.#count("crowds", client.picture.reader.crowds().length);
    this.#count("cut", client.picture.cut);
    for (const reason of client.resets) this.#count(`reset ${reason}`);
  }

  /** [LF2] [LL2] Nothing is left of anybody. */
  async #leave(): Promise<void> {
    const { hub, clock } = this.#stage;
    const fields = new Set(Array.from(this.#open, ({ viewer }) => viewer!.field));
    for (const connection of this.#open) connection.leave();
    for (const { channels, audiences, listeners } of fields) {
      const left = [channels.size, audiences.size, listeners.size];
      if (left.some((size) => size > 0))
        this.#fail(`[LF2] ${left.join(", ")} channels, audiences, listeners are left`);
    }
    await this.#pass(this.#settings.keepUnwatched);
    const { viewers, devices, eventsQueued } = hub.figures();
    if (Object.keys(viewers).length + devices + eventsQueued > 0)
      this.#fail(`[LL2] ${devices} devices are left`);
    hub.close();
    if (clock.waiting > 0) this.#fail(`[LL2] ${clock.waiting} timers are left`);
  }

  #count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  #fail(what: string): void {
    if (this.failures.length < 10) this.failures.push(`step ${this.#step}: ${what}`);
  }
}

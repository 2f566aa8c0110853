import { FrameReader, type View } from "#wire";
import { LightPolling } from "./light-polling.ts";
import type { LightPosts } from "./light-posts.ts";
import { LightSocket, type SocketEars } from "./light-socket.ts";
import type { Order } from "./orders.ts";

/** Entries of a histogram of milliseconds. */
export const SLOWEST = 10_000;

/** What the clients of a process count together. */
export interface Tally {
  counting: boolean;
  since: number;
  lost: number;
  frames: number;
  positions: number;
  readonly latencies: Uint32Array;
  readonly recorded: { readonly at: number; readonly bytes: Uint8Array }[];
}

type OpenOrder = Extract<Order, { readonly do: "open" }>;

/** Flags of a frame, in its second byte. */
const [SNAPSHOT, MORE] = [1, 2];
const PATHS: Readonly<Record<OpenOrder["kind"], string>> = {
  ws: "/api/live/ws",
  "socket.io": "/socket.io/?EIO=4&transport=websocket",
  "long-polling": "/socket.io/?EIO=4&transport=polling",
  plain: "/",
};
/** Recorded frames at most. */
const MOST_RECORDED = 2_000;

/** One client: connects, watches its view, and counts what it gets. */
export class Member {
  readonly #order: OpenOrder;
  readonly #bbox: readonly [west: number, south: number, east: number, north: number];
  readonly #tally: Tally;
  readonly #sampled: boolean;
  readonly #recording: boolean;
  readonly #settled: (member: Member) => void;
  readonly #posts: LightPosts;
  #socket: LightSocket | LightPolling | undefined;
  #reader: FrameReader | undefined;
  #begun = false;
  #leaving = false;
  ready = false;

  /** `posts`: for long-polling, see there. `settled` is called each time that it has its snapshot, or that its connection has ended. */
  constructor(
    order: OpenOrder,
    place: readonly [west: number, south: number],
    which: { readonly sampled: boolean; readonly recording: boolean },
    tally: Tally,
    posts: LightPosts,
    settled: (member: Member) => void,
  ) {
    const [west, south] = place;
    this.#order = order;
    this.#bbox = [west, south, west + order.views.side, south + order.views.side];
    this.#sampled = which.sampled;
    this.#recording = which.recording;
    this.#tally = tally;
    this.#posts = posts;
    this.#settled = settled;
  }

  get sampled(): boolean {
    return this.#sampled;
  }

  get bytesRead(): number {
    return this.#socket?.bytesRead ?? 0;
  }

  open(): void {
    const { port, from, token, kind } = this.#order;
    this.#begun = false;
    this.#leaving = false;
    this.ready = false;
    this.#reader = this.#sampled && kind === "ws" ? this.#newReader() : undefined;
    const ears: SocketEars = {
      opened: () => {
        if (kind === "ws") socket.send(`["watch",${this.#watch()}]`);
      },
      text: (payload) => this.#text(payload),
      frame: (payload) => this.#frame(payload),
      // A connection that was left for another one has nothing more to say.
      closed: () => {
        if (this.#socket === socket) this.#closed();
      },
    };
    const where = { port, from, path: PATHS[kind], token };
    const socket: LightSocket | LightPolling =
      kind === "long-polling" ? new LightPolling(where, this.#posts, ears) : new LightSocket(where, ears);
    this.#socket = socket;
  }

  /** Breaks the connection; it does not count as lost. */
  drop(): void {
    this.#leaving = true;
    this.#socket?.drop();
  }

  #newReader(): FrameReader {
    const [west, south, east, north] = this.#bbox;
    const view: View = (lon, lat) => lon >= west && lon <= east && lat >= south && lat <= north;
    const reader = new FrameReader();
    reader.look(view);
    return reader;
  }

  #watch(): string {
    return JSON.stringify({ bbox: this.#bbox, zoom: 13, ...(this.#order.binary && { format: "binary" }) });
  }

  /** Of Socket.IO: `0` opens, `2` is a ping, `40` a welcome, `42` a message. */
  #text(payload: Buffer): void {
    if (this.#order.kind !== "socket.io" && this.#order.kind !== "long-polling") return;
    const type = payload.toString("latin1", 0, 2);
    if (type.startsWith("0")) this.#socket?.send(`40${JSON.stringify({ token: this.#order.token })}`);
    else if (type === "2") this.#socket?.send("3");
    else if (type === "40") this.#socket?.send(`42["watch",${this.#watch()}]`);
    else if (type === "42" && payload.includes('"positions"')) {
      const flags =
        (payload.includes('"snapshot":true') ? SNAPSHOT : 0) | (payload.includes('"more":true') ? MORE : 0);
      this.#came(flags);
    }
  }

  #frame(payload: Buffer): void {
    const tally = this.#tally;
    this.#came(payload[1] ?? 0);
    if (this.#recording && tally.counting && tally.recorded.length < MOST_RECORDED) {
      tally.recorded.push({ at: performance.now() - tally.since, bytes: Uint8Array.from(payload) });
    }
    if (!this.#reader) return;
    const { positions, snapshot } = this.#reader.read(payload);
    if (!tally.counting || snapshot) return;
    const now = Date.now();
    tally.positions += positions.length;
    for (const { time } of positions) {
      const took = Math.max(0, Math.min(SLOWEST - 1, now - time));
      tally.latencies[took] = (tally.latencies[took] ?? 0) + 1;
    }
  }

  #came(flags: number): void {
    if (this.#tally.counting) this.#tally.frames++;
    if (flags & SNAPSHOT) this.#begun = true;
    if (this.ready || !this.#begun || flags & MORE) return;
    this.ready = true;
    this.#settled(this);
  }

  #closed(): void {
    this.ready = false;
    if (this.#leaving) return;
    this.#tally.lost++;
    this.#settled(this);
  }
}

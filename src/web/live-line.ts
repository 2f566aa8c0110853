import type { BBox, EpochMs, Milliseconds } from "#geo";
import { FrameReader } from "#wire";
import { boxHolds } from "./box.ts";
import type { Gatherer } from "./gatherer.ts";
import type { SharedName } from "./moves.ts";
import { waitBefore } from "./reconnect.ts";

/** What of a WebSocket is used. */
export interface LineSocket {
  binaryType: "arraybuffer" | "blob";
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number }) => void): void;
  send(text: string): void;
  close(): void;
}

/** What the server says to a plain request with the same rights. */
export type Probe = "welcome" | "refused" | "unreachable";

/** What a line needs from where it runs. */
export interface LineParts {
  readonly open: () => LineSocket;
  readonly probe: () => Promise<Probe>;
  readonly now: () => EpochMs;
  /** Runs `task` later; answers the way to call it off. */
  readonly after: (delay: Milliseconds, task: () => void) => () => void;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
  readonly isOnline: () => boolean;
}

/** The server's close code for "do not come back". */
const STAY_AWAY = 4001;
/** A handshake that takes longer has failed. */
const OPEN_WITHIN = 10_000;
/** A line that was silent for so long is asked whether it is there, and given up after so long. */
const [ASK_AFTER, GIVE_UP_AFTER, LOOK_EVERY] = [20_000, 35_000, 5_000];
/** Least time between two views that are told. */
const WATCH_EVERY = 150;
/** How long to keep quiet after the server had too many messages. */
const QUIET = 1_000;
/** Handshakes in a row that fail although the server can be reached, before plain WebSockets count as blocked. */
const BLOCKED_AFTER = 2;

/** What the page looks at. */
interface Watched {
  readonly bbox: BBox;
  readonly zoom: number;
}

/**
 * The line to `/api/live/ws`: watches a box, reads the binary frames, keeps the cursor and goes on with it after every
 * break. It ends by itself when the server lets nobody in any more, or when WebSockets are blocked on the way.
 */
export class LiveLine {
  readonly #parts: LineParts;
  readonly #gatherer: Gatherer;
  readonly #changed: () => void;
  #reader = new FrameReader();
  #socket: LineSocket | undefined;
  #isOpen = false;
  /** The server said that it wants nobody back. */
  #isUnwanted = false;
  #watched: Watched | undefined;
  #cursor: string | undefined;
  #heardAt: EpochMs = 0;
  #toldAt: EpochMs = -Infinity;
  /** Tries in a row without a frame, and those of them that failed although the server was there. */
  #failed = 0;
  #blocked = 0;
  #isOver = false;
  #cancelRetry: (() => void) | undefined;
  #cancelWatch: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;

  /** `changed`: there is something new in the gatherer. */
  constructor(parts: LineParts, gatherer: Gatherer, changed: () => void) {
    this.#parts = parts;
    this.#gatherer = gatherer;
    this.#changed = changed;
  }

  /** Connects, and stays connected until the line is over or closed. */
  start(): void {
    this.#connect();
    this.#look();
  }

  /** Asks for what moves inside `bbox`. Cheap to call again; only the last box counts. */
  watch(bbox: BBox, zoom: number): void {
    this.#watched = { bbox, zoom };
    if (this.#isOpen) this.#watchSoon(Math.max(0, this.#toldAt + WATCH_EVERY - this.#parts.now()));
  }

  /** The browser has a network again. */
  online(): void {
    if (this.#isOver || this.#isOpen) return;
    this.#forget();
    this.#connect();
  }

  /** Ends it; may be called again. */
  close(): void {
    this.#isOver = true;
    this.#cancelLook?.();
    this.#forget();
  }

  #connect(): void {
    this.#cancelRetry?.();
    const socket = this.#parts.open();
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    this.#heardAt = this.#parts.now();
    // What one that was let go of says does not count any more.
    const isCurrent = (): boolean => socket === this.#socket;
    socket.addEventListener("open", () => {
      if (isCurrent()) this.#opened();
    });
    socket.addEventListener("message", ({ data }) => {
      if (isCurrent()) this.#heard(data);
    });
    socket.addEventListener("close", ({ code }) => {
      if (isCurrent()) this.#broke(code === STAY_AWAY || this.#isUnwanted);
    });
  }

  /** Lets go of the connection, whatever state it is in. */
  #forget(): void {
    this.#cancelRetry?.();
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
    this.#isOpen = false;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #opened(): void {
    this.#isOpen = true;
    this.#blocked = 0;
    this.#reader = new FrameReader();
    this.#heardAt = this.#parts.now();
    this.#tellWatch(this.#cursor);
    this.#gatherer.turn("live");
    this.#changed();
  }

  #broke(isUnwanted: boolean): void {
    const wasOpen = this.#isOpen;
    this.#forget();
    if (isUnwanted) return this.#end("ended");
    this.#gatherer.turn(this.#parts.isOnline() ? "reconnecting" : "offline");
    this.#changed();
    if (wasOpen) this.#retry();
    else void this.#findOut();
  }

  /** A handshake failed; a browser does not tell why. */
  async #findOut(): Promise<void> {
    let isCalledOff = false;
    this.#cancelRetry = () => (isCalledOff = true);
    const answer = await this.#parts.probe();
    if (isCalledOff || this.#isOver) return;
    if (answer === "refused") return this.#end("ended");
    if (answer === "welcome" && ++this.#blocked >= BLOCKED_AFTER) return this.#end("blocked");
    this.#retry();
  }

  #retry(): void {
    const wait = waitBefore(this.#failed++, this.#parts.random());
    this.#cancelRetry = this.#parts.after(wait, () => this.#connect());
  }

  #end(how: "ended" | "blocked"): void {
    this.close();
    if (how === "ended") this.#gatherer.turn("ended");
    this.#gatherer.end(how);
    this.#changed();
  }

  #heard(data: unknown): void {
    this.#heardAt = this.#parts.now();
    try {
      if (typeof data === "string") this.#message(JSON.parse(data));
      else if (data instanceof ArrayBuffer) this.#frame(new Uint8Array(data));
    } catch {
      // Not what a server of ours sends, or cut off on the way: the next connection begins with everything.
      return this.#broke(false);
    }
    this.#changed();
  }

  #frame(bytes: Uint8Array): void {
    const frame = this.#reader.read(bytes);
    this.#failed = 0;
    this.#cursor = frame.cursor ?? this.#cursor;
    this.#gatherer.frame(frame, frame.cut > 0 ? this.#reader.crowds() : []);
  }

  #message([name, body]: [string, Readonly<Record<string, unknown>>]): void {
    const { cursor } = body ?? {};
    if (name === "reset") this.#cursor = undefined;
    if (typeof cursor === "string") this.#cursor = cursor;
    if (name === "event") this.#gatherer.say(name, body["event"]);
    else if (name === "fence" || name === "device" || name === "reset") this.#gatherer.say(name, body);
    else if (name === "names") this.#gatherer.name(body["names"] as readonly SharedName[]);
    else if (name === "end") this.#isUnwanted = body["comeBack"] === false;
    else if (name === "problem" && body["code"] === "too_many_requests") this.#watchSoon(QUIET);
  }

  #watchSoon(delay: Milliseconds): void {
    this.#cancelWatch ??= this.#parts.after(delay, () => {
      this.#cancelWatch = undefined;
      this.#tellWatch();
    });
  }

  #tellWatch(cursor?: string): void {
    if (!this.#isOpen || !this.#watched) return;
    const { bbox, zoom } = this.#watched;
    this.#toldAt = this.#parts.now();
    this.#reader.look((lon, lat, margin) => boxHolds(bbox, lon, lat, margin));
    const watch = { bbox, zoom, events: "all", ...(cursor !== undefined && { cursor }) };
    this.#socket?.send(JSON.stringify(["watch", watch]));
  }

  /** A browser answers the pings of a server without telling; a line that broke without a word is found out here. */
  #look(): void {
    this.#cancelLook = this.#parts.after(LOOK_EVERY, () => {
      this.#look();
      if (!this.#socket) return;
      const silent = this.#parts.now() - this.#heardAt;
      if (silent > (this.#isOpen ? GIVE_UP_AFTER : OPEN_WITHIN)) this.#broke(false);
      else if (this.#isOpen && silent > ASK_AFTER) this.#socket.send('["ping",null]');
    });
  }
}

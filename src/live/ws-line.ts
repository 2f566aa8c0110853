import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { EpochMs } from "#geo";
import type { Clock } from "#ports";
import type { Line } from "./line.ts";
import type { Message } from "./message.ts";
import type { LiveSettings } from "./settings.ts";

/** Close codes: "service restart", after which a client comes back at once, and one of ours for "do not come back". */
const [COME_BACK, STAY_AWAY] = [1012, 4001];

/** One client on a plain WebSocket. Frames are written as they are, in buffers that viewers share. */
export class WsLine implements Line {
  readonly transport = "ws";
  readonly #socket: WebSocket;
  /** What it writes to. */
  readonly #raw: Duplex;
  readonly #clock: Clock;
  readonly #settings: LiveSettings;
  readonly #freed: () => void;
  /** Writes of this line whose callback has not come. */
  #pending = 0;
  /** The network did not take everything of ours at once; since then, or since it took something of that. */
  #held = false;
  #heldSince: EpochMs = 0;
  /** It has answered since the last ping. */
  #answered = true;
  #ended = false;
  #cancel: (() => void) | undefined;

  /** `freed` is called each time that the network took something of what it had not taken at once. */
  constructor(
    { socket, raw }: { readonly socket: WebSocket; readonly raw: Duplex },
    clock: Clock,
    settings: LiveSettings,
    freed: () => void,
  ) {
    this.#socket = socket;
    this.#raw = raw;
    this.#clock = clock;
    this.#settings = settings;
    this.#freed = freed;
  }

  /** Pings, and what else the library writes by itself, hold up nothing: nobody is told when they are taken. */
  get inFlight(): number {
    return this.#held ? this.#raw.writableLength : 0;
  }

  send(message: Message): void {
    if (this.#ended) return;
    const { binary } = message;
    if (binary !== undefined && this.#socket.readyState !== this.#socket.OPEN) return;
    this.#pending++;
    // Past the socket's own sender, which does not know that others are sent the same bytes.
    if (binary !== undefined) this.#raw.write(binary, this.#taken);
    else this.#socket.send(message.text, { binary: false }, this.#taken);
    // Most of the time the system takes all of it before `write` answers.
    if (this.#held || this.#raw.writableLength === 0) return;
    this.#held = true;
    this.#heldSince = this.#clock.now();
  }

  end(comeBack: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.close(comeBack ? COME_BACK : STAY_AWAY);
    this.#cancel = this.#clock.after(this.#settings.lastWords, () => this.#socket.terminate());
  }

  /** The connection is gone: stops the timer. */
  closed(): void {
    this.#ended = true;
    this.#cancel?.();
  }

  /** The client has answered a ping. */
  heard(): void {
    this.#answered = true;
  }

  readonly #taken = (): void => {
    this.#pending--;
    if (!this.#held) return;
    this.#held = this.#pending > 0;
    this.#heldSince = this.#clock.now();
    this.#freed();
  };

  /** Answers a ping, unless the client does not read its answers: one may stand for many (RFC 6455, section 5.5.3). */
  pong(data: Buffer): void {
    if (this.#raw.writableLength <= this.#settings.maxInFlight) this.#socket.pong(data);
  }

  /** Pings; cuts a client off that has not answered the ping before, or has taken nothing for too long. */
  check(): void {
    if (this.#ended) return;
    if (this.#held ? this.#clock.now() - this.#heldSince >= this.#settings.stalledAfter : !this.#answered) {
      this.#socket.terminate();
    } else if (!this.#held) {
      this.#answered = false;
      this.#socket.ping();
    }
  }
}

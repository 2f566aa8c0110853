import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { EpochMs } from "#geo";
import type { Clock } from "#ports";
import { InFlight } from "./in-flight.ts";
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
  readonly #flight: InFlight;
  #takenAt: EpochMs;
  /** It has answered since the last ping. */
  #answered = true;
  #ended = false;
  #cancel: (() => void) | undefined;

  /** `freed` is called each time that the network took something. */
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
    this.#takenAt = clock.now();
    this.#flight = new InFlight(() => {
      this.#takenAt = clock.now();
      freed();
    });
  }

  get inFlight(): number {
    return this.#flight.bytes;
  }

  send(message: Message): void {
    if (this.#ended) return;
    const taken = this.#flight.add(message.bytes);
    const { binary } = message;
    if (binary === undefined) this.#socket.send(message.text, { binary: false }, taken);
    // Past the socket's own sender, which does not know that others are sent the same bytes.
    else if (this.#socket.readyState === this.#socket.OPEN) this.#raw.write(binary, taken);
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

  /** Pings; cuts a client off that has not answered the ping before, or has taken nothing for too long. */
  check(): void {
    if (this.#ended) return;
    const stalled = this.inFlight > 0;
    if (stalled ? this.#clock.now() - this.#takenAt >= this.#settings.stalledAfter : !this.#answered) {
      this.#socket.terminate();
    } else if (!stalled) {
      this.#answered = false;
      this.#socket.ping();
    }
  }
}

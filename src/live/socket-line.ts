import type { Socket } from "socket.io";
import type { Clock } from "#ports";
import { InFlight } from "./in-flight.ts";
import type { Line } from "./line.ts";
import type { Message } from "./message.ts";
import type { LiveSettings } from "./settings.ts";

/**
 * One Socket.IO client, over websocket or long-polling. Packets are written already encoded: Socket.IO's own `emit`
 * would encode the same frame once more for every client. Engine.IO calls back once the websocket has flushed a
 * packet, or once a poll has carried it away; that is the back-pressure.
 */
export class SocketLine implements Line {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #settings: LiveSettings;
  readonly #flight: InFlight;
  #takenAt: number;
  #ended = false;

  /** `freed` is called each time that the network took something. */
  constructor(socket: Socket, clock: Clock, settings: LiveSettings, freed: () => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#settings = settings;
    this.#takenAt = clock.now();
    this.#flight = new InFlight(() => {
      this.#takenAt = clock.now();
      freed();
    });
  }

  get transport(): string {
    return this.#socket.conn.transport.name;
  }

  get inFlight(): number {
    return this.#flight.bytes;
  }

  send(message: Message): void {
    if (this.#ended || !this.#socket.connected) return;
    const { packet, frame } = message;
    // What a client that had nothing to take for a while is sent now has not been waiting since then.
    if (this.inFlight === 0) this.#takenAt = this.#clock.now();
    this.#socket.conn.write(packet, { compress: false }, this.#flight.add(packet.length));
    if (frame) this.#socket.conn.write(frame, { compress: false }, this.#flight.add(frame.length));
  }

  /** A stock client that is told by the namespace does not come back by itself, one that loses the transport does. */
  end(comeBack: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    const { conn } = this.#socket;
    this.#clock.after(this.#settings.lastWords, () => conn.close(true));
    if (comeBack) conn.close();
    else this.#socket.disconnect(true);
  }

  /** The client has left. A connection that is being ended keeps its time limit. */
  closed(): void {
    this.#ended = true;
  }

  /** Cuts a client off that has taken nothing for too long; Engine.IO itself pings those that take what they get. */
  check(): void {
    if (this.#ended || this.inFlight === 0) return;
    if (this.#clock.now() - this.#takenAt >= this.#settings.stalledAfter) this.#socket.conn.close(true);
  }
}

import type { ServerResponse } from "node:http";
import type { Clock } from "#ports";
import { InFlight } from "./in-flight.ts";
import type { Line } from "./line.ts";
import type { Message } from "./message.ts";
import type { LiveSettings } from "./settings.ts";

/** Milliseconds that an EventSource waits before it comes back. */
const RETRY = 1_000;

/** An event stream over one HTTP response. */
export class SseLine implements Line {
  readonly transport = "sse";
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #settings: LiveSettings;
  readonly #flight: InFlight;
  #takenAt: number;
  #cancel: (() => void) | undefined;
  #ended = false;

  /** `freed` is called each time that the network took something. */
  constructor(response: ServerResponse, clock: Clock, settings: LiveSettings, freed: () => void) {
    this.#response = response;
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

  /** Sends the head and starts the pings. */
  open(): void {
    this.#response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      connection: "keep-alive",
    });
    this.#response.socket?.setNoDelay(true);
    this.#response.socket?.setTimeout(0);
    this.#write(`retry: ${RETRY}\n\n`);
    this.#pingLater();
  }

  send(message: Message): void {
    if (!this.#ended) this.#write(message.sse);
  }

  end(_comeBack: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancel?.();
    this.#response.end();
    this.#cancel = this.#clock.after(this.#settings.lastWords, () => this.#response.destroy());
  }

  /** The connection is gone: stops the timers. */
  closed(): void {
    this.#ended = true;
    this.#cancel?.();
  }

  #write(text: string): void {
    this.#response.write(text, this.#flight.add(text.length));
  }

  #pingLater(): void {
    this.#cancel = this.#clock.after(this.#settings.pingEvery, () => {
      if (this.inFlight > 0 && this.#clock.now() - this.#takenAt >= this.#settings.stalledAfter) {
        this.#response.destroy();
        return;
      }
      // Without anything in flight a ping also finds out that the other side is gone.
      if (this.inFlight === 0) this.#write(": ping\n\n");
      this.#pingLater();
    });
  }
}

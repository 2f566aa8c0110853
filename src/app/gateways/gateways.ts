import type { IncomingMessage, Server as HttpServer } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { LiveFigures, LiveSettings } from "#live";
import type { Bus, News } from "#ports";
import { Gateway, type GatewayPorts } from "./gateway.ts";
import { isForGateways } from "./for-gateways.ts";
import type { ToGateway } from "./letters.ts";
import { seal } from "./post.ts";
import { sumOf } from "./sum.ts";

/** Milliseconds before another one is started for one that has ended: it may end at once again. */
const AGAIN = 200;

/** Sockets that may wait in line for a gateway while the server has room for them itself. */
const IN_LINE = 32;

/** What gateways need, and their bounds. */
export interface GatewaysOptions extends GatewayPorts {
  readonly bus: Bus;
  readonly settings: Partial<LiveSettings>;
  /** Most processes, and whether they are all started at once and again when they end, or as clients come. */
  readonly most: number;
  readonly atOnce: boolean;
  /** So many of them may each work a core: they are started before any is full. */
  readonly cores: number;
  /** Sockets that the server holds itself before the first is started, and each until the next one is. */
  readonly busy: number;
  /** Sockets that one holds at most. */
  readonly capacity: number;
}

/**
 * Processes that hold WebSockets for the server, started one after the other as more clients come. All state stays with the
 * server; when one ends its clients come back and are taken by others.
 */
export class Gateways {
  readonly #options: GatewaysOptions;
  readonly #all: Set<Gateway> = new Set();
  readonly #unsubscribe: () => void;
  #own = 0;
  #closed = false;

  constructor(options: GatewaysOptions) {
    this.#options = options;
    this.#unsubscribe = options.bus.subscribe((news) => this.#tell(news));
    if (options.atOnce) for (let i = 0; i < options.most; i++) this.#start();
  }

  /** Takes the upgrades of a server that gateways can answer; the rest go to whoever had them before. Call it last. */
  attach(server: HttpServer): void {
    const own = server.listeners("upgrade") as ((...of: [IncomingMessage, Duplex, Buffer]) => void)[];
    server.removeAllListeners("upgrade");
    server.on("upgrade", (request, socket, head) => {
      if (isForGateways(request) && this.#take(request, socket, head)) return;
      this.#count(socket);
      for (const listener of own) listener.call(server, request, socket, head);
    });
  }

  /** Resolves when those that were started at once take sockets. */
  async ready(): Promise<void> {
    await Promise.all(Array.from(this.#all, ({ settled }) => settled));
  }

  /** The figures of the server's own live room with those that the gateways reported last. */
  figures(own: LiveFigures): LiveFigures & { readonly gateways: number } {
    const all = Array.from(this.#all, ({ figures }) => figures).filter((one) => one !== undefined);
    return { ...sumOf([own, ...all]), gateways: this.#all.size };
  }

  /** All take leave of their clients; resolves when the last has ended. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    await Promise.all(Array.from(this.#all, (gateway) => gateway.close()));
  }

  #tell(news: News): void {
    let sealed: Buffer | undefined;
    for (const gateway of this.#all) {
      if (!gateway.watches(news.workspace)) continue;
      const letter: ToGateway = { kind: "news", seq: this.#options.latest.seq, news };
      gateway.tell((sealed ??= seal(letter)));
    }
  }

  readonly #left = (): void => {
    this.#own--;
  };

  /** Apart from where the request is known, which would be kept as long as the socket. */
  #count(socket: Duplex): void {
    this.#own++;
    socket.on("close", this.#left);
  }

  #take(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const { most, atOnce, cores, busy, capacity } = this.#options;
    // A socket with TLS cannot be given away.
    if (this.#closed || most === 0 || !(socket instanceof Socket) || "encrypted" in socket) return false;
    const open = [...this.#all].filter(({ isOpen }) => isOpen);
    const least = open.reduce<Gateway | undefined>(
      (best, one) => (best === undefined || one.load < best.load ? one : best),
      undefined,
    );
    const load = least?.load ?? this.#own;
    const isStarting = open.length < this.#all.size;
    const limit = this.#all.size < cores ? busy : capacity * 0.9;
    if (!atOnce && load >= limit && !isStarting && this.#all.size < most) this.#start();
    if (least === undefined || least.load >= capacity) return false;
    // When thousands come at once, waiting in line takes longer than holding some here.
    if (least.onTheWay >= IN_LINE && this.#own < (2 * capacity) / 3) return false;
    least.take(request, socket, head);
    return true;
  }

  #startAgain(): void {
    if (!this.#closed && this.#all.size < this.#options.most) this.#start();
  }

  #start(): void {
    const { settings, capacity } = this.#options;
    const gateway = new Gateway(this.#options, { ...settings, maxViewers: capacity }, (how) => {
      this.#all.delete(gateway);
      this.#ended(gateway, how);
    });
    this.#all.add(gateway);
  }

  #ended({ pid }: Gateway, how: string): void {
    const { logger, atOnce, clock } = this.#options;
    if (this.#closed) return;
    logger.warn({ pid, how }, "a gateway has ended; its clients come back");
    if (atOnce) clock.after(AGAIN, () => this.#startAgain());
  }
}

import { io, type Socket } from "socket.io-client";
import type { BBox } from "#geo";
import type { DeviceId, EventBody } from "#wire";
import { deliver } from "./deliver.ts";
import { Gatherer } from "./gatherer.ts";
import type { DeviceNews, FenceNews, LiveListener, LivePath } from "./live-connection.ts";
import type { LivePosition, SharedName } from "./moves.ts";

/** What comes with a refusal, or with the end of a stream. */
interface Refusal {
  readonly status?: number;
}

interface Frame {
  readonly cursor?: string;
  readonly positions?: readonly (Omit<LivePosition, "time"> & { readonly time: string })[];
  readonly gone?: readonly DeviceId[];
  readonly snapshot?: boolean;
  readonly more?: boolean;
}

/** The line to `/socket.io`, in JSON: watches a box, keeps the cursor, resumes with it after every break. */
export class SocketConnection implements LivePath {
  readonly #socket: Socket;
  readonly #listener: LiveListener;
  readonly #gatherer = new Gatherer();
  #cursor: string | undefined;
  #watched: { readonly bbox: BBox; readonly zoom: number } | undefined;

  /** `share`: the secret of a share link, in place of the session. */
  constructor(listener: LiveListener, share?: string) {
    this.#listener = listener;
    this.#socket = io({
      // The address says that there is a link, and not which.
      ...(share !== undefined && { auth: { share }, query: { share: "in-packet" } }),
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelayMax: 5_000,
    });
    this.#follow();
    this.#listen();
  }

  watch(bbox: BBox, zoom: number): void {
    this.#watched = { bbox, zoom };
    if (this.#socket.connected) this.#watch();
  }

  #follow(): void {
    const socket = this.#socket;
    let wasUp = false;
    const down = (): void => this.#listener.state(navigator.onLine ? "reconnecting" : "offline");
    socket.on("connect", () => {
      this.#watch();
      this.#listener.state("live");
      // The first way took its time to fail; nobody told what happened meanwhile.
      if (!wasUp) this.#listener.reset();
      wasUp = true;
    });
    socket.on("disconnect", () => {
      down();
      // A server that closes the line on purpose is not tried again by Socket.IO itself.
      if (!socket.active) socket.connect();
    });
    socket.on("connect_error", (error: Error & { readonly data?: Refusal }) => {
      const { status = 0 } = error.data ?? {};
      if (![401, 404, 410].includes(status)) return down();
      this.#listener.state("ended");
      this.#listener.ended();
    });
    globalThis.addEventListener("online", () => {
      if (!socket.connected) socket.disconnect().connect();
    });
  }

  #listen(): void {
    const socket = this.#socket;
    const listener = this.#listener;
    socket.on("positions", (frame: Frame) => this.#positions(frame));
    socket.on("event", (message: { readonly cursor?: string; readonly event: EventBody }) => {
      this.#keep(message.cursor);
      listener.event(message.event);
    });
    socket.on("fence", (news: FenceNews) => listener.fence(news));
    socket.on("names", ({ names }: { readonly names: readonly SharedName[] }) => listener.names?.(names));
    socket.on("device", (news: DeviceNews) => listener.device(news));
    socket.on("reset", (message: { readonly cursor?: string } | undefined) => {
      this.#cursor = message?.cursor;
      listener.reset();
    });
  }

  #watch(): void {
    if (!this.#watched) return;
    const cursor = this.#cursor === undefined ? {} : { cursor: this.#cursor };
    this.#socket.emit("watch", { ...this.#watched, format: "json", events: "all", ...cursor });
  }

  #positions({ cursor, positions = [], gone = [], snapshot = false, more = false }: Frame): void {
    this.#keep(cursor);
    const read = positions.map((position) => ({ ...position, time: Date.parse(position.time) }));
    this.#gatherer.frame({ positions: read, gone, snapshot, more });
    const delivery = this.#gatherer.take();
    if (delivery) deliver(delivery, this.#listener);
  }

  #keep(cursor: string | undefined): void {
    if (cursor !== undefined) this.#cursor = cursor;
  }
}

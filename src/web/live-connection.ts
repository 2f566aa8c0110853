import { io, type Socket } from "socket.io-client";
import type { BBox, EpochMs } from "#geo";
import type { DeviceId, EventBody, FenceId } from "#wire";

/** A position of a live frame, decoded. */
export interface LivePosition {
  readonly device: DeviceId;
  readonly time: EpochMs;
  readonly lon: number;
  readonly lat: number;
  readonly speed?: number | undefined;
  readonly course?: number | undefined;
}

/** What the line to the server is like now. `offline`: the browser itself has no network. */
export type LineState = "connecting" | "live" | "reconnecting" | "offline";

/** A fence was made or changed (`put`), or deleted; its shape is read over REST. */
export interface FenceNews {
  readonly fence: FenceId;
  readonly change: "put" | "deleted";
}

/** A device got a name or an icon, or was deleted. */
export interface DeviceNews {
  readonly device: DeviceId;
  readonly change: "described" | "deleted";
  readonly name?: string;
  readonly icon?: string;
}

/** Whoever draws what the stream says. */
export interface LiveListener {
  /** `gone`: devices that left the box that is watched. */
  positions(positions: readonly LivePosition[], gone: readonly DeviceId[]): void;
  /** A snapshot is complete: only these devices are in the box. */
  snapshot(devices: ReadonlySet<DeviceId>): void;
  event(event: EventBody): void;
  fence(news: FenceNews): void;
  device(news: DeviceNews): void;
  /** What is on the page may miss something: load it again. */
  reset(): void;
  state(state: LineState): void;
  /** Names of devices, which come with the stream of a share link. */
  names?(names: readonly SharedName[]): void;
  /** The server lets nobody in any more with what the page was opened with. */
  ended?(): void;
}

/** What a device of a share link is called. */
export interface SharedName {
  readonly device: DeviceId;
  readonly name: string;
}

/** What comes with a refusal, or with the end of a stream. */
interface Refusal {
  readonly status?: number;
}

interface Frame {
  readonly cursor?: string;
  readonly positions?: readonly (Omit<LivePosition, "time"> & { readonly time: string | number })[];
  readonly gone?: readonly DeviceId[];
  /** First frame of a snapshot. */
  readonly snapshot?: boolean;
  /** More frames of the same snapshot follow. */
  readonly more?: boolean;
}

/** The line to `/socket.io`: watches a box, keeps the cursor, resumes with it after every break. */
export class LiveConnection {
  readonly #socket: Socket;
  readonly #listener: LiveListener;
  #cursor: string | undefined;
  #box: { readonly bbox: BBox; readonly zoom: number } | undefined;
  /** Devices of the snapshot that is arriving. */
  #snapshot: Set<DeviceId> | undefined;

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
    const socket = this.#socket;
    socket.on("connect", () => {
      this.#watch();
      listener.state("live");
    });
    socket.on("disconnect", () => {
      listener.state(navigator.onLine ? "reconnecting" : "offline");
      // A server that closes the line on purpose is not tried again by Socket.IO itself.
      if (!socket.active) socket.connect();
    });
    socket.on("connect_error", (error: Error & { readonly data?: Refusal }) => {
      const { status = 0 } = error.data ?? {};
      if (status === 404 || status === 410) return listener.ended?.();
      listener.state(navigator.onLine ? "reconnecting" : "offline");
    });
    globalThis.addEventListener("online", () => {
      if (!socket.connected) socket.disconnect().connect();
    });
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

  /** Asks for what moves inside `bbox`. Cheap to call again; only the last box counts. */
  watch(bbox: BBox, zoom: number): void {
    this.#box = { bbox, zoom };
    if (this.#socket.connected) this.#watch();
  }

  #watch(): void {
    if (!this.#box) return;
    const { bbox, zoom } = this.#box;
    const cursor = this.#cursor === undefined ? {} : { cursor: this.#cursor };
    this.#socket.emit("watch", { bbox, zoom, format: "json", events: "all", ...cursor });
  }

  #positions(frame: Frame): void {
    this.#keep(frame.cursor);
    const positions = (frame.positions ?? []).map(({ device, time, lon, lat, speed, course }) => ({
      device,
      time: typeof time === "number" ? time : Date.parse(time),
      lon,
      lat,
      speed,
      course,
    }));
    this.#listener.positions(positions, frame.gone ?? []);
    if (frame.snapshot) this.#snapshot = new Set();
    if (!this.#snapshot) return;
    for (const { device } of positions) this.#snapshot.add(device);
    if (frame.more) return;
    this.#listener.snapshot(this.#snapshot);
    this.#snapshot = undefined;
  }

  #keep(cursor: string | undefined): void {
    if (cursor !== undefined) this.#cursor = cursor;
  }
}

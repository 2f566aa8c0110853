import type { BBox } from "#geo";
import type { Crowd, DeviceId, EventBody, FenceId } from "#wire";
import type { LineState, Moves, SharedName } from "./moves.ts";
import { WorkerConnection } from "./worker-connection.ts";

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
  moves(moves: Moves): void;
  /** All cells that hold more devices than are sent; none where all are sent. */
  crowds(crowds: readonly Crowd[]): void;
  event(event: EventBody): void;
  fence(news: FenceNews): void;
  device(news: DeviceNews): void;
  /** What is on the page may miss something: load it again. */
  reset(): void;
  state(state: LineState): void;
  /** Names of devices, which come with the stream of a share link. */
  names?(names: readonly SharedName[]): void;
  /** The server lets nobody in any more with what the page was opened with. */
  ended(): void;
}

/** A way to the live stream. */
export interface LivePath {
  /** Asks for what moves inside `bbox`. Cheap to call again; only the last box counts. */
  watch(bbox: BBox, zoom: number): void;
}

/**
 * The live stream, whichever way it comes: binary frames that a worker decodes, or, where there is no worker or no plain
 * WebSocket comes through, Socket.IO, which also knows long-polling.
 */
export class LiveConnection implements LivePath {
  readonly #listener: LiveListener;
  readonly #share: string | undefined;
  #path: LivePath | undefined;
  #watched: readonly [bbox: BBox, zoom: number] | undefined;

  /** `share`: the secret of a share link, in place of the session. */
  constructor(listener: LiveListener, share?: string) {
    this.#listener = listener;
    this.#share = share;
    if (typeof Worker === "undefined") void this.#fallBack();
    else this.#path = new WorkerConnection(listener, () => void this.#fallBack(), share);
  }

  watch(bbox: BBox, zoom: number): void {
    this.#watched = [bbox, zoom];
    this.#path?.watch(bbox, zoom);
  }

  async #fallBack(): Promise<void> {
    this.#path = undefined;
    const { SocketConnection } = await import("./socket-connection.ts");
    this.#path = new SocketConnection(this.#listener, this.#share);
    if (this.#watched) this.#path.watch(...this.#watched);
  }
}

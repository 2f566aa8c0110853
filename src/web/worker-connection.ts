import type { BBox } from "#geo";
import { deliver } from "./deliver.ts";
import type { LiveListener, LivePath } from "./live-connection.ts";
import type { Delivery } from "./moves.ts";
import type { Order } from "./orders.ts";

/** How long a page that draws no frames may keep its worker waiting. */
const LONGEST_FRAME = 1_000;

/** The line that a worker holds: plain WebSocket, binary frames, decoded off the page's own thread. */
export class WorkerConnection implements LivePath {
  readonly #worker = new Worker(new URL("./live-worker.ts", import.meta.url), { type: "module" });
  readonly #listener: LiveListener;
  readonly #failed: () => void;
  /** All numbers of devices that were told are below this. */
  #numbers = 0;
  #isOver = false;
  /** Cancels what will ask for more. */
  #waiting: AbortController | undefined;

  /** `failed`: this way is closed, there has to be another. `share`: the secret of a share link, in place of the session. */
  constructor(listener: LiveListener, failed: () => void, share?: string) {
    this.#listener = listener;
    this.#failed = failed;
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Delivery>) => this.#take(data));
    // It could not be loaded, or it has a mistake.
    this.#worker.addEventListener("error", () => this.#fail());
    const probe = share === undefined ? "/tiles/basemap.json" : `/s/${share}/tiles/basemap.json`;
    this.#order({ do: "open", probe, ...(share !== undefined && { share }) });
  }

  watch(bbox: BBox, zoom: number): void {
    this.#order({ do: "watch", bbox, zoom });
  }

  #order(order: Order): void {
    this.#worker.postMessage(order);
  }

  #take(delivery: Delivery): void {
    for (const number of delivery.moves?.numbers ?? []) this.#numbers = Math.max(this.#numbers, number + 1);
    if (delivery.over === "blocked") return this.#fail();
    if (delivery.over === undefined) this.#askAfterFrame();
    else this.#end();
    deliver(delivery, this.#listener);
  }

  /** After the next frame of the screen; at once in a tab that is not looked at, whose frames do not come. */
  #askAfterFrame(): void {
    if (document.hidden) return this.#order({ do: "more" });
    this.#waiting?.abort();
    const over = (this.#waiting = new AbortController());
    const ask = (): void => {
      if (over.signal.aborted) return;
      over.abort();
      clearTimeout(timer);
      this.#order({ do: "more" });
    };
    const timer = setTimeout(ask, LONGEST_FRAME);
    requestAnimationFrame(ask);
    document.addEventListener("visibilitychange", ask, { signal: over.signal });
  }

  #end(): void {
    this.#isOver = true;
    this.#waiting?.abort();
    this.#worker.terminate();
  }

  /** What was told of devices is taken back: whoever goes on numbers them anew. */
  #fail(): void {
    if (this.#isOver) return;
    this.#end();
    const [none, numbers] = [new Float64Array(), new Float32Array()];
    if (this.#numbers > 0) {
      this.#listener.moves({
        gone: Uint32Array.from({ length: this.#numbers }, (_, number) => number),
        named: [],
        numbers: new Uint32Array(),
        device: new Uint32Array(),
        time: none,
        lon: none,
        lat: none,
        speed: numbers,
        course: numbers,
      });
    }
    this.#failed();
  }
}

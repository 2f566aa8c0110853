/*
 * The worker of a page with a map: holds the line to the server, decodes what comes, and hands it over in typed arrays.
 * The page asks for `more` once it has drawn, so that it gets one message a frame of the screen at most, and what comes
 * meanwhile is gathered here.
 */
import { Gatherer } from "./gatherer.ts";
import { type LineParts, LiveLine, type Probe } from "./live-line.ts";
import { buffersOf, type Delivery } from "./moves.ts";
import type { Order } from "./orders.ts";

/** What of a worker is used here; the types of a page do not have it. */
interface Worker {
  readonly location: { readonly href: string };
  readonly navigator: { readonly onLine: boolean };
  addEventListener(type: "message", listener: (event: { readonly data: Order }) => void): void;
  addEventListener(type: "online", listener: () => void): void;
  postMessage(message: Delivery, transfer: ArrayBuffer[]): void;
}

const worker = globalThis as unknown as Worker;
const PROBE_WITHIN = 10_000;

const gatherer = new Gatherer();
let line: LiveLine | undefined;
let isPageWaiting = true;

function tell(): void {
  const delivery = isPageWaiting ? gatherer.take() : undefined;
  if (!delivery) return;
  isPageWaiting = false;
  worker.postMessage(delivery, buffersOf(delivery));
}

/** Asks for something small that needs the same rights as the line. */
async function probe(address: string): Promise<Probe> {
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PROBE_WITHIN) });
    if (answer.ok) return "welcome";
    // Only the server itself answers so; a gateway in front that finds no server has other words for it.
    const isOurs = answer.headers.get("content-type")?.startsWith("application/problem+json") === true;
    return isOurs && [401, 404, 410].includes(answer.status) ? "refused" : "unreachable";
  } catch {
    return "unreachable";
  }
}

function partsOf(share: string | undefined, probed: string): LineParts {
  const address = new URL("/api/live/ws", worker.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  if (share !== undefined) address.searchParams.set("share", share);
  return {
    open: () => new WebSocket(address),
    probe: () => probe(probed),
    now: () => Date.now(),
    after(delay, task) {
      const timer = setTimeout(task, delay);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    isOnline: () => worker.navigator.onLine,
  };
}

worker.addEventListener("online", () => line?.online());
worker.addEventListener("message", ({ data: order }) => {
  if (order.do === "open") {
    line = new LiveLine(partsOf(order.share, order.probe), gatherer, tell);
    line.start();
  } else if (order.do === "watch") line?.watch(order.bbox, order.zoom);
  else {
    isPageWaiting = true;
    tell();
  }
});

/**
 * What live push costs: a city of moving devices, viewers who each see a small part of it over event streams, and the
 * same viewers served by a server without interest: it encodes for each of them what its view holds. Servers and
 * viewers share this process and its one thread; figures of CPU hold both sides.
 *
 *   npm run bench -- live --json [--devices 20000] [--viewers 500] [--seconds 10] [--seed 1]
 */
import http from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { createLive } from "#live";
import type { Bus, Clock, Latest, News } from "#ports";
import type { DeviceStatus } from "#wire";
import { median, quantile, round } from "./support/figures.ts";
import { seededRandom } from "./support/random.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    devices: { type: "string", default: "20000" },
    viewers: { type: "string", default: "500" },
    seconds: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
  },
});
const DEVICES = Number(options.devices);
const VIEWERS = Number(options.viewers);
const SECONDS = Number(options.seconds);
const BATCHES = 100;
const WORKSPACE = "main";
/** The city, in degrees; a viewer sees one hundredth of it, so about a hundredth of the devices. */
const CITY = { west: 2, south: 48, side: 1 };
const VIEW = 0.1;

const random = seededRandom(Number(options.seed));
const place = (side: number): [number, number] => [
  round(CITY.west + random() * (CITY.side - side), 6),
  round(CITY.south + random() * (CITY.side - side), 6),
];

/** In place of flow and store: moves devices and tells who listens. */
class City implements Latest, Bus {
  readonly seq = 0;
  readonly #devices: DeviceStatus[] = [];
  readonly #handlers = new Set<(news: News) => void>();

  constructor() {
    for (let i = 0; i < DEVICES; i++) this.#devices.push(this.#somewhere(i));
  }

  get(): undefined {
    return undefined;
  }

  all(): Iterable<DeviceStatus> {
    return this.#devices;
  }

  count(): number {
    return this.#devices.length;
  }

  publish(news: News): void {
    for (const handler of this.#handlers) handler(news);
  }

  subscribe(handler: (news: News) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** One commit: a hundredth of the devices goes on by about ten metres. */
  step(batch: number): void {
    const devices: DeviceStatus[] = [];
    for (let i = batch; i < DEVICES; i += BATCHES) {
      const moved = this.#somewhere(i, this.#devices[i]);
      this.#devices[i] = moved;
      devices.push(moved);
    }
    this.publish({ kind: "moved", workspace: WORKSPACE, devices });
  }

  #somewhere(i: number, before?: DeviceStatus): DeviceStatus {
    const [lon, lat] = before?.fix
      ? [
          round(before.fix.lon + (random() - 0.5) / 5000, 6),
          round(before.fix.lat + (random() - 0.5) / 5000, 6),
        ]
      : place(0);
    const device = `device-${i}`;
    const fix = {
      device,
      lon,
      lat,
      time: Date.now(),
      speed: round(random() * 20, 1),
      course: round(random() * 359),
    };
    return { workspace: WORKSPACE, device, fix, inside: [] };
  }
}

const clock: Clock = {
  now: () => Date.now(),
  after: (delay, task) => {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** The way it is done without interest: each viewer is tested against each device, and gets an encoding of its own. */
function naiveHandler(city: City): Handler {
  return (request, response) => {
    const bbox = new URL(request.url ?? "/", "http://bench").searchParams.get("bbox") ?? "";
    const [west = 0, south = 0, east = 0, north = 0] = bbox.split(",").map(Number);
    const send = (statuses: Iterable<DeviceStatus>): void => {
      const positions = [];
      for (const { device, fix } of statuses) {
        if (!fix || fix.lon < west || fix.lon > east || fix.lat < south || fix.lat > north) continue;
        const { lon, lat, speed, course } = fix;
        positions.push({ device, time: new Date(fix.time).toISOString(), lon, lat, speed, course });
      }
      if (positions.length > 0)
        response.write(`event: positions\ndata: ${JSON.stringify({ positions })}\n\n`);
    };
    response.writeHead(200, { "content-type": "text/event-stream" });
    send(city.all());
    const stop = city.subscribe((news) => {
      if (news.kind === "moved") send(news.devices);
    });
    response.once("close", stop);
  };
}

interface Phase {
  readonly cpuShare: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPerViewerSecond: number;
}

/** Lets viewers watch a city that moves at 1 Hz; one viewer in twenty looks into what it gets. */
async function drive(city: City, handler: Handler): Promise<Phase> {
  const server = http.createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const latencies: number[] = [];
  let bytes = 0;
  let measuring = false;
  const sockets = Array.from({ length: VIEWERS }, (_, i): Socket => {
    const [west, south] = place(VIEW);
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `GET /api/live?bbox=${west},${south},${west + VIEW},${south + VIEW} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer t\r\n\r\n`,
    );
    socket.on("data", (chunk: Buffer) => {
      if (!measuring) return;
      bytes += chunk.length;
      if (i % 20 !== 0) return;
      const now = Date.now();
      for (const [, time = ""] of chunk.toString("latin1").matchAll(/"time":"([^"]{24})"/g)) {
        latencies.push(now - Date.parse(time));
      }
    });
    return socket;
  });
  for (let batch = 0; batch < BATCHES; batch++) await pause(10, () => city.step(batch));
  measuring = true;
  const cpu = process.cpuUsage();
  const from = performance.now();
  let step = 0;
  while (performance.now() - from < SECONDS * 1_000) {
    const due = Math.floor(((performance.now() - from) / 1_000) * BATCHES);
    for (; step < due; step++) city.step(step % BATCHES);
    await pause(2);
  }
  const { user, system } = process.cpuUsage(cpu);
  measuring = false;
  const elapsed = (performance.now() - from) / 1_000;
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  return {
    cpuShare: round((user + system) / 1e6 / elapsed, 3),
    p50Ms: median(latencies),
    p99Ms: quantile(Float64Array.from(latencies), 0.99),
    bytesPerViewerSecond: round(bytes / VIEWERS / elapsed),
  };
}

const pause = async (ms: number, before: () => void = () => {}): Promise<void> => {
  before();
  await new Promise((resolve) => setTimeout(resolve, ms));
};

function liveOf(city: City): ReturnType<typeof createLive> {
  return createLive({
    access: {
      identify: async () => ({
        workspace: WORKSPACE,
        scopes: ["view"],
        register: false,
        via: "token",
        id: "bench",
      }),
      watch: () => () => {},
    },
    latest: city,
    events: {
      epoch: "bench",
      list: async () => ({ events: [], end: 0, more: false }),
      get: async () => undefined,
    },
    bus: city,
    clock,
    settings: { maxViewers: VIEWERS + 10 },
  });
}

/** Milliseconds from a request for the whole city to the last byte of its snapshot. */
async function measureSnapshot(live: ReturnType<typeof createLive>): Promise<number> {
  const server = http.createServer((request, response) => void live.sse(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    const from = performance.now();
    await new Promise<void>((resolve) => {
      let tail = "";
      const request = http.get({ port, path: "/api/live?bbox=-180,-90,180,90", agent: false }, (response) => {
        response.setEncoding("latin1");
        response.on("data", (text: string) => {
          tail = (tail + text).slice(-40);
          if (tail.endsWith("}\n\n") && !tail.endsWith('"more":true}\n\n')) request.destroy();
        });
        response.on("close", resolve);
      });
      request.on("error", () => resolve());
    });
    times.push(performance.now() - from);
  }
  await new Promise((resolve) => server.close(resolve));
  return round(median(times), 1);
}

const city = new City();
const live = liveOf(city);
const ours = await drive(city, (request, response) => void live.sse(request, response));
const figures = live.figures();
console.error("with interest", ours, figures);
const snapshotMs = await measureSnapshot(live);
await live.close();
const naiveCity = new City();
const naive = await drive(naiveCity, naiveHandler(naiveCity));
console.error("without", naive);
console.log(
  JSON.stringify({
    bench: "live",
    devices: DEVICES,
    viewers: VIEWERS,
    ...ours,
    framesSent: figures.frames,
    conflated: figures.conflated,
    snapshotMs,
    naive,
    ratio: round(naive.cpuShare / ours.cpuShare, 2),
  }),
);

import { setTimeout as pause } from "node:timers/promises";
import { CITY, round, SAMPLE, VIEW, WARM_UP } from "./city.ts";
import { Clients, MOST_OF_ONE, quantileOf } from "./clients.ts";
import type { Answer, Order, PlayOrder, ViewPlan } from "./orders.ts";
import { cpuOf, type MeasuredServer, rssOf, startHelper, startMeasured } from "./processes.ts";
import { Traffic } from "./traffic.ts";

/** Sizes of a run; each can be made small. */
export interface PushOrder {
  /** Idle connections. */
  readonly connections: number;
  /** Seconds for which they are held. */
  readonly hold: number;
  /** City: devices that report once a second, and viewers who each see a hundredth of them. */
  readonly devices: number;
  readonly viewers: number;
  /** Seconds for which city and hot spot are measured. */
  readonly seconds: number;
  /** Hot spot: viewers of the same 500 devices. */
  readonly hot: number;
  /** Clients that come back at once. */
  readonly storm: number;
  /** Gateways of the server, at least. */
  readonly gateways: number;
  /** Processes of clients. */
  readonly clients: number;
  readonly seed: number;
}

const HOT = { devices: 500, west: 2, south: 48, side: 0.02 };
/** Milliseconds for a server to come to rest before its memory is read. */
const REST = 3_000;

const cityViews: ViewPlan = { west: CITY.west, south: CITY.south, spread: CITY.side - VIEW, side: VIEW };

/** Runs something against a fresh server and fresh clients, and ends both. `kind`: long-polling is for the server itself. */
async function against<Result>(
  order: PushOrder,
  most: number,
  run: (server: MeasuredServer, clients: Clients) => Promise<Result>,
  kind: Transport = "ws",
): Promise<Result> {
  // Past what one process can hold it takes several.
  const needed = kind !== "long-polling" && most > MOST_OF_ONE ? Math.ceil(most / MOST_OF_ONE) : 0;
  const server = await startMeasured(Math.max(order.gateways, needed));
  const clients = new Clients(order.clients, most);
  try {
    return await run(server, clients);
  } finally {
    await clients.close();
    await server.close();
  }
}

/** The ways in which a client is connected. */
export type Transport = Exclude<Extract<Order, { do: "open" }>["kind"], "plain">;

/** What idle connections cost. */
export interface IdleFigures {
  readonly connections: number;
  readonly lost: number;
  /** Milliseconds until all were open. */
  readonly openMs: number;
  /** Bytes of resident memory that each takes on the server. */
  readonly rssPerConnection: number;
  /** Share of a core that the server takes for a thousand of them, pings and all. */
  readonly cpuPerThousand: number;
}

/** What many viewers of the same place get, and what it costs, beside a plain server. */
export interface HotFigures {
  /** Frames that arrived, ours to theirs. */
  readonly hotRatio: number;
  readonly hotFramesPerSecond: number;
  readonly hotPlainFramesPerSecond: number;
  readonly hotCpuMsPerThousandFrames: number;
  readonly hotPlainCpuMsPerThousandFrames: number;
}

/** Connections that are held while nothing happens. */
export function idle(order: PushOrder, kind: Transport): Promise<IdleFigures> {
  const { connections: count, hold, seed } = order;
  const run = async (server: MeasuredServer, clients: Clients): Promise<IdleFigures> => {
    const { port, token, pid } = server;
    await pause(REST);
    const empty = await rssOf(pid);
    const from = performance.now();
    await clients.open({ count, port, token, kind, views: cityViews, seed, sample: count + 1 });
    const openMs = round(performance.now() - from);
    const before = await cpuOf(pid);
    await pause(hold * 1_000);
    const [loaded, took] = [await rssOf(pid), (await cpuOf(pid)) - before];
    const { ready } = await clients.report();
    return {
      connections: ready,
      lost: count - ready,
      openMs,
      rssPerConnection: round((loaded - empty) / Math.max(1, ready)),
      cpuPerThousand: round((took / hold / Math.max(1, ready)) * 1_000, 4),
    };
  };
  return against(order, count, run, kind);
}

/** Devices that move and viewers who each see some of them. */
export function city(order: PushOrder): Promise<Readonly<Record<string, number>>> {
  const { devices, viewers: count, seconds, seed } = order;
  return against(order, count, async (server, clients) => {
    const { port, token, pid } = server;
    const traffic = new Traffic(server, { devices, seed, ...CITY });
    await traffic.once();
    await clients.open({ count, port, token, kind: "ws", views: cityViews, seed, sample: SAMPLE });
    traffic.start();
    await pause(WARM_UP);
    await clients.count();
    const cpu = await cpuOf(pid);
    await pause(seconds * 1_000);
    const took = (await cpuOf(pid)) - cpu;
    const { frames, bytes, latencies, sampled, lost } = await clients.report();
    traffic.stop();
    return {
      cityP50Ms: quantileOf(latencies, 0.5),
      cityP99Ms: quantileOf(latencies, 0.99),
      bytesPerPosition: round(sampled.bytes / sampled.positions, 2),
      positionsPerViewerSecond: round(sampled.positions / sampled.clients / seconds, 1),
      bytesPerViewerSecond: round(bytes / count / seconds),
      framesPerViewerSecond: round(frames / count / seconds, 2),
      cpuShare: round(took / seconds, 3),
      cpuMsPerThousandFrames: round((took * 1e6) / frames, 2),
      cityLost: lost,
      cityRefused: traffic.refused + traffic.behind,
    };
  });
}

/** Many viewers of the same devices, and what the plain server of the transport makes of the same frames. */
export function hotSpot(order: PushOrder, kind: "ws" | "socket.io"): Promise<HotFigures> {
  const { hot: count, seconds, seed } = order;
  const views = { ...HOT, spread: 0 };
  return against(order, count, async (server, clients) => {
    const { port, token, pid } = server;
    const traffic = new Traffic(server, { ...HOT, seed });
    await traffic.once();
    const wanted = { count, token, views, seed, sample: count, binary: true };
    await clients.open({ ...wanted, port, kind });
    traffic.start();
    await pause(WARM_UP);
    await clients.count();
    const cpu = await cpuOf(pid);
    await pause(seconds * 1_000);
    const took = (await cpuOf(pid)) - cpu;
    const ours = await clients.report();
    traffic.stop();
    await clients.leave();

    const reference = startHelper<PlayOrder, Answer & { readonly port?: number }>("reference-process");
    try {
      const { port: plain = 0 } = await reference.hear();
      await clients.open({ ...wanted, port: plain, kind: kind === "ws" ? "plain" : kind });
      await clients.count();
      const before = await cpuOf(reference.pid);
      await reference.ask({ frames: ours.recorded });
      const tookPlain = (await cpuOf(reference.pid)) - before;
      // What is on its way still arrives.
      await pause(REST);
      const theirs = await clients.report();
      const [mine, other] = [took / ours.frames, tookPlain / theirs.frames];
      return {
        hotRatio: round(ours.frames / theirs.frames, 3),
        hotFramesPerSecond: round(ours.frames / seconds),
        hotPlainFramesPerSecond: round(theirs.frames / seconds),
        hotCpuMsPerThousandFrames: round(mine * 1e6, 2),
        hotPlainCpuMsPerThousandFrames: round(other * 1e6, 2),
      };
    } finally {
      await reference.close();
    }
  });
}

/** Bytes for each viewer and second with a fleet, and with as many devices again where nobody looks. */
export function outside(order: PushOrder): Promise<{ readonly bytesRatioFleetDoubled: number }> {
  const { seconds, seed } = order;
  const devices = Math.ceil(order.devices / 8);
  const count = Math.ceil(order.viewers / 8);
  return against(order, count, async (server, clients) => {
    const { port, token } = server;
    const near = new Traffic(server, { devices, seed, ...CITY });
    const far = new Traffic(server, { devices, seed: seed + 1, ...CITY, west: CITY.west + 10, name: "far" });
    await near.once();
    await clients.open({ count, port, token, kind: "ws", views: cityViews, seed, sample: SAMPLE });
    const bytes = async (): Promise<number> => {
      await pause(WARM_UP);
      await clients.count();
      await pause(seconds * 1_000);
      return (await clients.report()).bytes;
    };
    near.start();
    const before = await bytes();
    await far.once();
    far.start();
    const after = await bytes();
    near.stop();
    far.stop();
    return { bytesRatioFleetDoubled: round(after / before, 3) };
  });
}

/** Clients that lose their connections together and come back: milliseconds until the last has its snapshot again. */
export function storm(order: PushOrder): Promise<number> {
  const { storm: count, seed } = order;
  return against(order, count, async (server, clients) => {
    const { port, token } = server;
    const traffic = new Traffic(server, { devices: Math.min(2_000, order.devices), seed, ...CITY });
    await traffic.once();
    traffic.stop();
    await clients.open({ count, port, token, kind: "ws", views: cityViews, seed, sample: count + 1 });
    return round(await clients.storm());
  });
}

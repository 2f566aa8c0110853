import { setTimeout as pause } from "node:timers/promises";
import { CITY, round, SAMPLE, VIEW, WARM_UP } from "./city.ts";
import { Clients, quantileOf } from "./clients.ts";
import type { PollAnswer, PollCounts, PollOrder } from "./pollers.ts";
import { cpuOf, type MeasuredServer, startHelper, startMeasured } from "./processes.ts";
import { Traffic } from "./traffic.ts";

/** Sizes of the comparison; each can be made small. */
export interface PollingOrder {
  /** Viewers, of each kind. */
  readonly polling: number;
  /** Devices that report once a second. */
  readonly pollingDevices: number;
  /** Seconds for which each kind is measured. */
  readonly seconds: number;
  /** Processes of clients. */
  readonly clients: number;
  readonly seed: number;
}

/** What the same viewers cost, and what they see, polling and pushed. */
export interface PollingFigures {
  readonly pollCpuShare: number;
  readonly pushCpuShare: number;
  readonly pollBytesPerViewerSecond: number;
  readonly pushBytesPerViewerSecond: number;
  readonly pollAgeP50Ms: number;
  readonly pollAgeP99Ms: number;
  readonly pushAgeP50Ms: number;
  readonly pushAgeP99Ms: number;
  /** Answers that a viewer gets in a second; 1 was asked for. */
  readonly pollRate: number;
  /** Did polling get what it asked for, and did the devices get through meanwhile? */
  readonly pollKeptUp: boolean;
  readonly pollFailed: number;
  /** Requests of devices that were refused, or left out because too many waited. */
  readonly pollDevicesRefused: number;
  readonly pushDevicesRefused: number;
  readonly pushLost: number;
}

const SHARE = VIEW * VIEW;
/** Devices in an answer at most. */
const MOST_LISTED = 1_000;
/** Milliseconds between two looks whether all devices are listed, and looks at most. */
const [TRY_AGAIN, MOST_TRIES] = [100, 100];
/** Share of the answers asked for from which on polling keeps up. */
const KEPT_UP = 0.95;

/** Few are enough where there are few. */
const sampleOf = ({ polling }: PollingOrder): number =>
  Math.max(1, Math.min(SAMPLE, Math.floor(polling / 10)));

/** What was measured while devices reported. */
interface Measured<Seen> {
  readonly seen: Seen;
  /** Seconds of processor time of the server, a second. */
  readonly cpuShare: number;
  readonly refused: number;
}

/** Has devices report to a server of its own while viewers watch, and measures once all is under way. */
async function whileDevicesReport<Seen>(
  order: PollingOrder,
  begin: (server: MeasuredServer) => Promise<Viewers<Seen>>,
): Promise<Measured<Seen>> {
  const server = await startMeasured(0);
  let viewers: Viewers<Seen> | undefined;
  const traffic = new Traffic(server, { devices: order.pollingDevices, seed: order.seed, ...CITY });
  try {
    await traffic.once();
    viewers = await begin(server);
    traffic.start();
    await pause(WARM_UP);
    await viewers.count();
    const [cpu, from] = [await cpuOf(server.pid), performance.now()];
    await pause(order.seconds * 1_000);
    const took = (await cpuOf(server.pid)) - cpu;
    const elapsed = (performance.now() - from) / 1_000;
    const seen = await viewers.report();
    return { seen, cpuShare: round(took / elapsed, 3), refused: traffic.refused + traffic.behind };
  } finally {
    traffic.stop();
    await viewers?.close();
    await server.close();
  }
}

/** Viewers of one kind. */
interface Viewers<Seen> {
  count(): Promise<void>;
  report(): Promise<Seen>;
  close(): Promise<void>;
}

/** The pages of a list of devices, as their paths, and how many devices there are. */
interface Pages {
  readonly paths: readonly string[];
  readonly devices: number;
}

/**
 * The pages that viewers poll. There is no list by place, so each viewer asks for a page of as many devices as a view
 * holds; that is the least that a list by place would cost.
 */
async function pagesOf(server: MeasuredServer, devices: number): Promise<readonly string[]> {
  const limit = Math.max(1, Math.min(MOST_LISTED, Math.round(devices * SHARE)));
  // What was acknowledged can be read a moment later.
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await listPages(server, limit);
    if (found.devices === devices) return found.paths;
    await pause(TRY_AGAIN);
  }
  throw new Error(`the server does not list ${devices} devices`);
}

async function listPages({ port, token }: MeasuredServer, limit: number): Promise<Pages> {
  const headers = { authorization: `Bearer ${token}` };
  const paths: string[] = [];
  let devices = 0;
  for (let after: string | null = ""; after !== null;) {
    const path: string = `/api/devices?limit=${limit}${after === "" ? "" : `&after=${after}`}`;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    const page = (await answer.json()) as {
      readonly devices: readonly unknown[];
      readonly next: string | null;
    };
    if (page.devices.length === limit || paths.length === 0) paths.push(path);
    devices += page.devices.length;
    after = page.next;
  }
  return { paths, devices };
}

async function pollers(order: PollingOrder, server: MeasuredServer): Promise<Viewers<PollCounts>> {
  const pages = await pagesOf(server, order.pollingDevices);
  const { port, token } = server;
  const helpers = Array.from({ length: order.clients }, () =>
    startHelper<PollOrder, PollAnswer>("polling-process"),
  );
  const viewers = Array.from({ length: order.polling }, (_, i) => pages[i % pages.length] ?? "");
  const all = (ask: PollOrder): Promise<PollAnswer[]> =>
    Promise.all(helpers.map((helper) => helper.ask(ask)));
  const close = async (): Promise<void> => {
    await Promise.all(helpers.map((helper) => helper.close()));
  };
  try {
    await Promise.all(
      helpers.map((helper, i) => {
        const paths = viewers.filter((_, viewer) => viewer % helpers.length === i);
        return helper.ask({
          do: "poll",
          port,
          token,
          from: `127.0.0.${2 + i}`,
          paths,
          sample: sampleOf(order),
        });
      }),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    count: async () => void (await all({ do: "count" })),
    report: async () => (await all({ do: "report" })).flatMap(({ counts }) => counts ?? []).reduce(addPolls),
  };
}

function addPolls(one: PollCounts, other: PollCounts): PollCounts {
  return {
    answers: one.answers + other.answers,
    failed: one.failed + other.failed,
    bytes: one.bytes + other.bytes,
    ages: one.ages.map((count, ms) => count + (other.ages[ms] ?? 0)),
  };
}

type PushCounts = Awaited<ReturnType<Clients["report"]>>;

async function pushed(order: PollingOrder, { port, token }: MeasuredServer): Promise<Viewers<PushCounts>> {
  const { polling: count, seed } = order;
  const clients = new Clients(order.clients, count);
  const views = { west: CITY.west, south: CITY.south, spread: CITY.side - VIEW, side: VIEW };
  try {
    await clients.open({ count, port, token, kind: "ws", views, seed, sample: sampleOf(order) });
  } catch (error) {
    await clients.close();
    throw error;
  }
  return {
    count: () => clients.count(),
    report: () => clients.report(),
    close: () => clients.close(),
  };
}

/**
 * The same number of viewers of the same devices, each with a hundredth of them in view: first as they poll a list each second,
 * then as the list is pushed. Age is from the device's sending to the viewer's first having it.
 */
export async function comparePolling(order: PollingOrder): Promise<PollingFigures> {
  const { polling: count, seconds } = order;
  const poll = await whileDevicesReport(order, (server) => pollers(order, server));
  const push = await whileDevicesReport(order, (server) => pushed(order, server));
  const rate = poll.seen.answers / count / seconds;
  return {
    pollCpuShare: poll.cpuShare,
    pushCpuShare: push.cpuShare,
    pollBytesPerViewerSecond: round(poll.seen.bytes / count / seconds),
    pushBytesPerViewerSecond: round(push.seen.bytes / count / seconds),
    pollAgeP50Ms: quantileOf(poll.seen.ages, 0.5),
    pollAgeP99Ms: quantileOf(poll.seen.ages, 0.99),
    pushAgeP50Ms: quantileOf(push.seen.latencies, 0.5),
    pushAgeP99Ms: quantileOf(push.seen.latencies, 0.99),
    pollRate: round(rate, 3),
    pollKeptUp: rate >= KEPT_UP && poll.seen.failed === 0 && poll.refused === 0,
    pollFailed: poll.seen.failed,
    pollDevicesRefused: poll.refused,
    pushDevicesRefused: push.refused,
    pushLost: push.seen.lost,
  };
}

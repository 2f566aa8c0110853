import type { Part } from "./part.ts";
import { comparePolling, type PollingFigures, type PollingOrder } from "./polling.ts";
import {
  city,
  type HotFigures,
  hotSpot,
  idle,
  outside,
  type PushOrder,
  storm,
  type Transport,
} from "./push-parts.ts";

/** `parts`: in this order. `quiet`: nothing but the figures. */
export interface BenchOrder extends PushOrder, PollingOrder {
  readonly parts: readonly Part[];
  readonly quiet: boolean;
}

/** Where the figures go, and what is said on the way. */
interface Outlets {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

type Figures = Readonly<Record<string, number | boolean>>;
type Note = (text: string) => void;

/**
 * `whereabouts bench push`: what live push costs on this machine, measured on a real server over loopback. Clients,
 * server and whoever drives the devices share the machine. The last line on stdout is the figures as JSON.
 */
export async function benchPush(order: BenchOrder, { stdout, stderr }: Outlets): Promise<number> {
  const note: Note = (text) => {
    if (!order.quiet) stderr.write(`${text}\n`);
  };
  const figures: Record<string, unknown> = { bench: "push" };
  let lost = 0;
  for (const part of order.parts) {
    const found = await MEASURES[part](order, note);
    lost += Number(found["lost"] ?? 0);
    Object.assign(figures, found, { lost });
  }
  figures["sizes"] = { ...order, parts: undefined, quiet: undefined };
  stdout.write(`${JSON.stringify(figures)}\n`);
  return 0;
}

const MEASURES: Readonly<Record<Part, (order: BenchOrder, note: Note) => Promise<Figures>>> = {
  ws: (order, note) => held("ws", "", order, note),
  "socket.io": (order, note) => held("socket.io", "SocketIo", order, note),
  "long-polling": (order, note) => held("long-polling", "LongPolling", order, note),
  city: async (order, note) => {
    note(`a city: ${order.devices} devices once a second, ${order.viewers} viewers, ${order.seconds} s`);
    return await city(order);
  },
  outside: async (order, note) => {
    note("an eighth of the city, then as many devices again where nobody looks");
    return { ...(await outside(order)) };
  },
  hot: async (order, note) => ({
    ...(await hot("ws", order, note)),
    ...named(await hot("socket.io", order, note), "SocketIo"),
  }),
  storm: async (order, note) => {
    note(`a storm: ${order.storm} clients come back at once`);
    return { stormMs: await storm(order) };
  },
  polling: async (order, note) => ({ ...(await polling(order, note)) }),
};

async function held(transport: Transport, name: string, order: BenchOrder, note: Note): Promise<Figures> {
  note(`${order.connections} idle connections over ${transport}, held for ${order.hold} s`);
  const { lost, ...figures } = await idle(order, transport);
  return { lost, ...named(figures, name) };
}

async function hot(transport: "ws" | "socket.io", order: BenchOrder, note: Note): Promise<HotFigures> {
  note(
    `a hot spot: ${order.hot} viewers of the same 500 devices over ${transport}, then a plain server with the same frames`,
  );
  return await hotSpot(order, transport);
}

/** Figures of a transport: its name stands behind that of each. */
const named = (figures: object, name: string): Figures =>
  Object.fromEntries(Object.entries(figures).map(([key, value]) => [key + name, value as number]));

async function polling(order: BenchOrder, note: Note): Promise<PollingFigures> {
  const { polling: viewers, pollingDevices: devices } = order;
  note(`polling: ${viewers} viewers of ${devices} devices ask each second, then the same is pushed to them`);
  const figures = await comparePolling(order);
  const { pollKeptUp, pollRate, pollFailed, pollDevicesRefused } = figures;
  if (!pollKeptUp) {
    note(
      `polling could not keep up: ${pollRate} of 1 answer a second, ${pollFailed} failed, ` +
        `${pollDevicesRefused} reports of devices did not get through`,
    );
  }
  return figures;
}

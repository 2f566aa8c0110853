import type { Part } from "./part.ts";
import { comparePolling, type PollingFigures, type PollingOrder } from "./polling.ts";
import { city, hotSpot, idle, type PushOrder, storm, type Transport } from "./push-parts.ts";

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
    const found = await measure(part, order, note);
    lost += Number(found["lost"] ?? 0);
    Object.assign(figures, found, { lost });
  }
  figures["sizes"] = { ...order, parts: undefined, quiet: undefined };
  stdout.write(`${JSON.stringify(figures)}\n`);
  return 0;
}

async function measure(part: Part, order: BenchOrder, note: Note): Promise<Figures> {
  switch (part) {
    case "ws":
      return await held(part, "", order, note);
    case "socket.io":
      return await held(part, "SocketIo", order, note);
    case "long-polling":
      return await held(part, "LongPolling", order, note);
    case "city":
      note(`a city: ${order.devices} devices once a second, ${order.viewers} viewers, ${order.seconds} s`);
      return await city(order);
    case "hot":
      note(`a hot spot: ${order.hot} viewers of the same 500 devices, then plain ws with the same frames`);
      return await hotSpot(order);
    case "storm":
      note(`a storm: ${order.storm} clients come back at once`);
      return { stormMs: await storm(order) };
    case "polling":
      return { ...(await polling(order, note)) };
  }
}

/** The figures of a transport, with its name behind each but that of what is lost. */
async function held(transport: Transport, name: string, order: BenchOrder, note: Note): Promise<Figures> {
  note(`${order.connections} idle connections over ${transport}, held for ${order.hold} s`);
  const { lost, ...figures } = await idle(order, transport);
  return { lost, ...Object.fromEntries(Object.entries(figures).map(([key, value]) => [key + name, value])) };
}

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

import { comparePolling, type PollingOrder } from "./polling.ts";
import { city, hotSpot, idle, type PushOrder, storm } from "./push-parts.ts";

/**
 * `idleOnly`: idle connections on the plain WebSocket alone. `only`: this part alone. `quiet`: nothing but the figures.
 */
export interface BenchOrder extends PushOrder, PollingOrder {
  readonly idleOnly: boolean;
  readonly only?: "polling";
  readonly quiet: boolean;
}

/** Where the figures go, and what is said on the way. */
interface Outlets {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * `whereabouts bench push`: what live push costs on this machine, measured on a real server over loopback. Clients,
 * server and whoever drives the devices share the machine. The last line on stdout is the figures as JSON.
 */
export async function benchPush(order: BenchOrder, { stdout, stderr }: Outlets): Promise<number> {
  const note = (text: string): void => {
    if (!order.quiet) stderr.write(`${text}\n`);
  };
  const sizes = { ...order, idleOnly: undefined, quiet: undefined };
  if (order.only === "polling") {
    const figures = { bench: "push", ...(await polling(order, note)), sizes };
    stdout.write(`${JSON.stringify(figures)}\n`);
    return 0;
  }
  note(`${order.connections} idle connections on the WebSocket, held for ${order.hold} s`);
  const held = await idle(order, "ws");
  const figures: Record<string, unknown> = {
    bench: "push",
    connections: held.ready,
    lost: held.lost,
    rssPerConnection: held.rss,
  };
  if (!order.idleOnly) {
    note("the same over Socket.IO");
    const socketIo = await idle(order, "socket.io");
    figures["rssPerConnectionSocketIo"] = socketIo.rss;
    figures["lost"] = held.lost + socketIo.lost;
    note(`a city: ${order.devices} devices once a second, ${order.viewers} viewers, ${order.seconds} s`);
    Object.assign(figures, await city(order));
    note(`a hot spot: ${order.hot} viewers of the same 500 devices, then plain ws with the same frames`);
    Object.assign(figures, await hotSpot(order));
    note(`a storm: ${order.storm} clients come back at once`);
    figures["stormMs"] = await storm(order);
    Object.assign(figures, await polling(order, note));
  }
  figures["sizes"] = sizes;
  stdout.write(`${JSON.stringify(figures)}\n`);
  return 0;
}

async function polling(order: BenchOrder, note: (text: string) => void): Promise<object> {
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

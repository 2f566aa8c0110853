import { randomBytes } from "node:crypto";
import { connect as connectTcp, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { MqttClient } from "mqtt";
import type { Event, Target } from "#wire";
import { cloudEventOf } from "./cloud-event.ts";
import type { Guard } from "./guard.ts";
import type { Message, Sender } from "./message.ts";
import { Trouble, troubleOf } from "./trouble.ts";

type Broker = Extract<Target, { kind: "mqtt" }>;

/** Milliseconds until a broker must have taken the connection. */
const CONNECT = 10_000;

/** Where a broker is. Hosts of `http:` are brought into one form by `URL`, those of other schemes are not. */
function placeOf(url: string): { readonly host: string; readonly hostname: string; readonly port: number } {
  const { hostname } = new URL(url.replace(/^mqtts?:/i, "http:"));
  const given = /:(\d+)\/?$/.exec(url)?.[1];
  const port = Number(given ?? (isSecure(url) ? 8883 : 1883));
  return { hostname, host: hostname.replace(/^\[|\]$/g, ""), port };
}

const isSecure = (url: string): boolean => /^mqtts:/i.test(url);

/** A part of a topic that can neither be a wildcard nor add a level. */
const levelOf = (text: string): string => text.replaceAll(/[+#/\0]/g, "_");

/** The topic of a message; `{device}` and `{type}` are filled in. */
export function topicOf(template: string, event: Pick<Event, "device" | "type"> | undefined): string {
  const { device = "test", type = "test" } = event ?? {};
  return template.replaceAll(/\{(device|type)\}/g, (_, field) => levelOf(field === "device" ? device : type));
}

/** A connection to a broker, for as long as it holds. */
class Connection {
  readonly #client: MqttClient;
  readonly #ready: Promise<void>;
  readonly #lost = Promise.withResolvers<never>();
  #why: Error = new Trouble("the broker closed the connection");

  constructor(
    Client: typeof MqttClient,
    { url, username, password }: Broker,
    guard: Guard,
    onLost: () => void,
  ) {
    const { hostname, host, port } = placeOf(url);
    guard.check(hostname);
    const open = (): Duplex => {
      const to = { host, port, lookup: guard.lookup };
      const name = isIP(host) === 0 ? { servername: host } : {};
      const socket = guard.watch(isSecure(url) ? connectTls({ ...to, ...name }) : connectTcp(to));
      // The client keeps silent about errors that have no code.
      socket.on("error", (error) => (this.#why = error));
      return socket;
    };
    this.#client = new Client(open, {
      clientId: `whereabouts_${randomBytes(8).toString("hex")}`,
      // Whoever sends next connects anew: retries and their pace are the courier's.
      reconnectPeriod: 0,
      connectTimeout: CONNECT,
      queueQoSZero: false,
      resubscribe: false,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    });
    this.#ready = new Promise((resolve) => void this.#client.once("connect", () => resolve()));
    this.#client.on("error", (error) => {
      const { code } = error as { readonly code?: unknown };
      this.#why =
        typeof code === "number" ? new Trouble(`the broker refused the connection (${code})`) : error;
      this.close();
    });
    this.#client.once("close", () => {
      onLost();
      this.#lost.reject(this.#why);
      this.close();
    });
    this.#lost.promise.catch(() => {});
  }

  /** Resolves when the broker has taken it, as far as the quality of service goes. */
  async publish(topic: string, body: string, qos: 0 | 1 | 2): Promise<void> {
    await Promise.race([this.#ready, this.#lost.promise]);
    await Promise.race([this.#client.publishAsync(topic, body, { qos, retain: false }), this.#lost.promise]);
  }

  /** Gives the connection up; whatever is under way on it fails. */
  close(): void {
    this.#client.end(true);
  }
}

/** Sends alerts as messages to topics of brokers: CloudEvents in JSON, not retained. */
export function createMqttSender(guard: Guard, source: string): Sender<Broker> {
  const connections = new Map<string, Connection>();
  const keyOf = ({ url, username, password }: Broker): string => JSON.stringify([url, username, password]);
  const connectionOf = (Client: typeof MqttClient, target: Broker): Connection => {
    const key = keyOf(target);
    const known = connections.get(key);
    if (known) return known;
    const onLost = (): void => {
      if (connections.get(key) === connection) connections.delete(key);
    };
    const connection = new Connection(Client, target, guard, onLost);
    connections.set(key, connection);
    return connection;
  };
  const drop = (key: string): void => {
    connections.get(key)?.close();
    connections.delete(key);
  };
  const publish = async (target: Broker, message: Message): Promise<void> => {
    // Loaded when it is needed: it costs 200 ms and 22 MB.
    const { MqttClient: Client } = await import("mqtt");
    const body = JSON.stringify(cloudEventOf(message, source));
    await connectionOf(Client, target).publish(topicOf(target.topic, message.event), body, target.qos);
  };
  return {
    async send(target, message, signal) {
      // A broker that does not acknowledge in time may be half dead: the next attempt gets a new connection, and
      // nothing piles up in the client.
      const abandon = (): void => drop(keyOf(target));
      signal.addEventListener("abort", abandon, { once: true });
      try {
        await publish(target, message);
        return {};
      } catch (error) {
        return { error: troubleOf(error) };
      } finally {
        signal.removeEventListener("abort", abandon);
      }
    },
    forget: (target) => drop(keyOf(target)),
    close: async () => {
      for (const key of connections.keys()) drop(key);
    },
  };
}

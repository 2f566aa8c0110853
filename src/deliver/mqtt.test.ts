import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import { afterEach, describe, expect, it } from "vitest";
import { targetOf } from "#ports/contract";
import type { Target } from "#wire";
import { Guard } from "./guard.ts";
import type { Message, SendResult } from "./message.ts";
import { createMqttSender, topicOf } from "./mqtt.ts";
import { messageOf } from "./testing/messages.ts";

type Broker = Extract<Target, { kind: "mqtt" }>;

interface Published {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
}

/** A real broker on loopback. */
class TestBroker {
  readonly published: Published[] = [];
  readonly sockets: Set<Socket> = new Set();
  connections = 0;
  readonly #server: Server;
  readonly #broker: Aedes;

  private constructor(broker: Aedes) {
    this.#broker = broker;
    this.#server = createServer((socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
      broker.handle(socket);
    });
    broker.on("publish", ({ topic, payload, qos, retain }, client) => {
      if (client) this.published.push({ topic, payload: payload.toString(), qos, retain });
    });
  }

  static async start(): Promise<TestBroker> {
    const broker = await Aedes.createBroker();
    broker.authenticate = (_, username, password, done) => {
      done(null, username === undefined || password?.toString() === "right");
    };
    const test = new TestBroker(broker);
    test.#server.listen(0, "127.0.0.1");
    await once(test.#server, "listening");
    return test;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.#broker.close(resolve);
    });
    this.#server.close();
    await once(this.#server, "close");
  }
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(): Promise<{
  readonly broker: TestBroker;
  readonly target: Broker;
  readonly send: (more?: Partial<Broker>, message?: Message, signal?: AbortSignal) => Promise<SendResult>;
}> {
  const broker = await TestBroker.start();
  const sender = createMqttSender(new Guard({ allowPrivateTargets: true }), "");
  closing.push(
    () => broker.close(),
    () => sender.close(),
  );
  const kind = { kind: "mqtt", url: broker.url, topic: "alerts/{device}/{type}", qos: 1 } as const;
  const target = { ...targetOf("a"), ...kind } as Broker;
  return {
    broker,
    target,
    send: async (more = {}, message = messageOf(), signal = new AbortController().signal) =>
      sender.send({ ...target, ...more }, message, signal, 0),
  };
}

describe("a message by MQTT", () => {
  it("[MQ1] is sent when the broker has acknowledged it: a CloudEvent, not retained", async () => {
    const { broker, send } = await start();
    for (const qos of [0, 1, 2] as const) expect(await send({ qos })).toEqual({});
    expect(broker.published).toMatchObject([
      { topic: "alerts/bus-7/enter", retain: false, qos: 0 },
      { topic: "alerts/bus-7/enter", retain: false, qos: 1 },
      { topic: "alerts/bus-7/enter", retain: false, qos: 2 },
    ]);
    const body = JSON.parse(broker.published[0]!.payload) as object;
    expect(body).toMatchObject({ id: "event-1", type: "whereabouts.enter", data: { alert: messageOf().id } });
    expect(broker.connections).toBe(1);
  });

  it("[MQ2] goes to a topic that a device cannot widen", () => {
    const of = (device: string): string => topicOf("a/{device}/{type}/{device}", { device, type: "exit" });
    expect(of("bus-7")).toBe("a/bus-7/exit/bus-7");
    expect(of("x/y+#\0$&")).toBe("a/x_y___$&/exit/x_y___$&");
    expect(topicOf("a/{device}", undefined)).toBe("a/test");
  });

  it("[MQ3] fails when the broker is gone, and finds it again", async () => {
    const { broker, send } = await start();
    await send();
    broker.cut();
    // Whether it is told of the cut before or after it sends: that attempt may fail, a later one does not.
    let result = await send();
    if (result.error !== undefined) result = await send();
    expect(result).toEqual({});
    const { url } = broker;
    await broker.close();
    closing.shift();
    expect((await send({ url })).error).toBeDefined();
    expect((await send({ url })).error).toMatch(/ECONNREFUSED/);
  });

  it("[MQ3] fails when it is aborted, and does not hang on to the connection", async () => {
    const { send } = await start();
    const silent = createServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const ended = Promise.withResolvers<void>();
    const controller = new AbortController();
    silent.on("connection", (socket) => {
      socket.on("error", () => {});
      socket.once("data", () => controller.abort());
      socket.once("close", () => ended.resolve());
    });
    const url = `mqtt://127.0.0.1:${port}`;
    expect((await send({ url }, messageOf(), controller.signal)).error).toBeDefined();
    await ended.promise;
    silent.close();
  });

  it("[MQ4] signs in with the credentials of the target", async () => {
    const { broker, send } = await start();
    expect(await send({ username: "ada", password: "right" })).toEqual({});
    const wrong = await send({ username: "ada", password: "hush" });
    expect(wrong).toEqual({ error: "the broker refused the connection (5)" });
    expect(broker.published).toHaveLength(1);
  });

  it("[SG5] does not reach a broker at a private address, however it is written", async () => {
    const { broker, target } = await start();
    const resolve = async (): Promise<{ address: string; family: number }[]> => [
      { address: "127.0.0.1", family: 4 },
    ];
    const sender = createMqttSender(new Guard({ allowPrivateTargets: false, resolve }), "");
    const { signal } = new AbortController();
    for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "localhost", "inside.example"]) {
      const url = broker.url.replace("127.0.0.1", host);
      const { error } = await sender.send({ ...target, url }, messageOf(), signal, 0);
      expect([host, error]).toEqual([host, "the host lies at a private address, and targets may not"]);
    }
    expect(broker.connections).toBe(0);
    await sender.close();
  });
});

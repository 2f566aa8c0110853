import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { Aedes } from "aedes";
import { SMTPServer } from "smtp-server";
import { describe, expect, it } from "vitest";
import { create, privateTargets, unitSquare } from "./support/define.ts";
import { readJson } from "./support/feed.ts";
import { startHook } from "./support/hook.ts";
import { startServer, type TestServer } from "./support/server.ts";

/** The first thing that arrives. */
function first<Thing>(): { readonly arrived: Promise<Thing>; readonly arrive: (thing: Thing) => void } {
  const { promise, resolve } = Promise.withResolvers<Thing>();
  return { arrived: promise, arrive: resolve };
}

interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}

async function startMail(): Promise<
  { readonly port: number; readonly mail: Promise<Mail> } & AsyncDisposable
> {
  const { arrived, arrive } = first<Mail>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        arrive({ to, text: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return {
    port: (server.server.address() as AddressInfo).port,
    mail: arrived,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

interface Published {
  readonly topic: string;
  readonly payload: string;
}

async function startBroker(): Promise<
  { readonly url: string; readonly published: Promise<Published> } & AsyncDisposable
> {
  const { arrived, arrive } = first<Published>();
  const broker = await Aedes.createBroker();
  broker.on("publish", ({ topic, payload }, client) => {
    if (client) arrive({ topic, payload: payload.toString() });
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    published: arrived,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  };
}

/** A van drives into the yard. */
async function drive(server: TestServer): Promise<void> {
  const now = Date.now();
  const positions = [-0.5, 0.5].map((lon, i) => ({
    device: "van",
    time: now - 10_000 + i * 1_000,
    lon,
    lat: 0.5,
  }));
  await readJson(server, "/api/positions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(positions),
  });
}

describe("an alert", () => {
  it("goes to a webhook, by mail and to a broker, in one sentence", async () => {
    await using hook = await startHook();
    await using mail = await startMail();
    await using broker = await startBroker();
    await using server = await startServer({
      env: {
        ...privateTargets,
        WHEREABOUTS_SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
        WHEREABOUTS_MAIL_FROM: "Whereabouts <alerts@track.example>",
      },
    });
    await create(server, "/api/fences", unitSquare("yard"));
    const targets = [
      await create(server, "/api/targets", { kind: "webhook", url: hook.url }),
      await create(server, "/api/targets", { kind: "email", to: "watch@harbour.example" }),
      await create(server, "/api/targets", {
        kind: "mqtt",
        url: broker.url,
        topic: "alerts/{device}/{type}",
      }),
    ];
    const words = "{{device.id}} came into {{fence.name}}";
    await create(server, "/api/rules", { name: "Yard", events: ["enter"], targets, text: words });
    await drive(server);
    const [received, published] = await Promise.all([mail.mail, broker.published]);
    await hook.until((alerts) => alerts.length > 0);
    expect(received.to).toEqual(["watch@harbour.example"]);
    expect(received.text).toContain("van came into yard");
    expect(published.topic).toBe("alerts/van/enter");
    expect(published.payload).toContain("van came into yard");
    const { events } = await readJson<{ events: { id: string }[] }>(server, "/api/events");
    expect(hook.alerts.map(({ event }) => event.id)).toEqual([events[0]!.id]);
    expect(published.payload).toContain(events[0]!.id);
  });

  it("does not go to private addresses unless the operator allows it", async () => {
    await using server = await startServer();
    const response = await server.fetch("/api/targets", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "webhook", url: "http://127.0.0.1:9/" }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_target" });
  });
});

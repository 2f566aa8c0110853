import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { targetOf } from "#ports/contract";
import type { Target } from "#wire";
import { Guard } from "./guard.ts";
import type { Sender } from "./message.ts";
import { Poster } from "./post.ts";
import { createSecret } from "./signature.ts";
import { messageOf } from "./testing/messages.ts";
import { realClock } from "./testing/real-clock.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";
import { createWebhookSender } from "./webhook.ts";

type Hook = Extract<Target, { kind: "webhook" }>;

let receiver: Receiver;
let sender: Sender<Hook>;

beforeEach(async () => {
  receiver = await startReceiver();
  const poster = new Poster(new Guard({ allowPrivateTargets: true }), realClock, 16);
  sender = createWebhookSender(poster, "https://track.example");
});
afterEach(async () => {
  await sender.close();
  await receiver.close();
});

const hook = (more: Partial<Hook> = {}): Hook =>
  targetOf("a", "main", { url: `${receiver.url}/hook?a=b`, ...more }) as Hook;
const never = new AbortController().signal;
const send = (target: Hook, message = messageOf()): ReturnType<Sender["send"]> =>
  sender.send(target, message, never, Date.now());

describe("a webhook", () => {
  it("[WH1] is a signed POST that a library for Standard Webhooks verifies, with every secret", async () => {
    const secrets = [createSecret(), createSecret(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];
    expect(await send(hook({ secrets }))).toEqual({ status: 204 });
    const [{ body, headers, path } = expect.fail()] = receiver.received;
    expect(path).toBe("/hook?a=b");
    expect(headers["webhook-id"]).toBe(messageOf().id);
    expect(String(headers["webhook-signature"]).split(" ")).toHaveLength(3);
    for (const secret of secrets) {
      expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
    }
    const wrong = new Webhook(createSecret());
    expect(() => wrong.verify(body, headers as Record<string, string>)).toThrow(/signature/i);
  });

  it("[WH2] is signed with the UTF-8 of a secret that does not begin with whsec_", async () => {
    await send(hook({ secrets: ["süß & secret"] }));
    const [{ body, headers } = expect.fail()] = receiver.received;
    const verifier = new Webhook(Buffer.from("süß & secret"), { format: "raw" });
    expect(() => verifier.verify(body, headers as Record<string, string>)).not.toThrow();
  });

  it("[WH3] carries a CloudEvent under the id of the event", async () => {
    await send(hook(), messageOf({ text: "Bus 7 is home" }));
    const [{ body, headers } = expect.fail()] = receiver.received;
    expect(headers["content-type"]).toBe("application/cloudevents+json");
    expect(JSON.parse(body.toString())).toEqual({
      specversion: "1.0",
      id: "event-1",
      source: "https://track.example/workspaces/main",
      type: "whereabouts.enter",
      subject: "bus-7",
      time: "2023-11-14T22:13:20.000Z",
      datacontenttype: "application/json",
      data: {
        alert: messageOf().id,
        event: {
          id: "event-1",
          type: "enter",
          device: "bus-7",
          fence: "f1",
          fenceVersion: 1,
          time: "2023-11-14T22:13:20.000Z",
          fix: "2023-11-14T22:13:20.500Z",
          detectedAt: "2023-11-14T22:13:20.900Z",
          lon: 2.351,
          lat: 48.849,
        },
        device: { id: "bus-7", name: "Bus 7" },
        fence: { id: "f1", name: "Depot" },
        rules: ["r1", "r2"],
        text: "Bus 7 is home",
        raisedAt: "2023-11-14T22:13:21.000Z",
      },
    });
  });

  it("[WH3] carries a test message under an id of its own", async () => {
    const { event: _, ...test } = messageOf({ id: "test_1", names: {}, rules: [] });
    await send(hook(), test);
    const body = JSON.parse(receiver.received[0]!.body.toString()) as object;
    expect(body).toMatchObject({
      id: "test_1",
      type: "whereabouts.test",
      data: { event: null, device: null },
    });
    expect(body).not.toHaveProperty("subject");
  });

  it("[WH4] is taken by any 2xx; a redirect is not followed", async () => {
    const answer = async (status: number, headers = {}): Promise<unknown> => {
      receiver.answer = (_, response) => void response.writeHead(status, headers).end("x");
      return send(hook());
    };
    expect(await answer(200)).toEqual({ status: 200 });
    expect(await answer(299)).toEqual({ status: 299 });
    expect(await answer(302, { location: `${receiver.url}/elsewhere` })).toEqual({
      status: 302,
      error: "answered 302; redirects are not followed",
    });
    expect(await answer(500)).toEqual({ status: 500, error: "answered 500" });
    expect(await answer(400)).toEqual({ status: 400, error: "answered 400" });
    expect(await answer(410)).toEqual({ status: 410, error: "answered 410", never: "target" });
    expect(await answer(429, { "retry-after": "7" })).toMatchObject({ status: 429, retryAfter: 7_000 });
    const date = new Date(Date.now() + 60_000).toUTCString();
    const { retryAfter } = (await answer(503, { "retry-after": date })) as { retryAfter: number };
    expect(retryAfter).toBeGreaterThan(55_000);
    expect(await answer(503, { "retry-after": "soon" })).not.toHaveProperty("retryAfter");
    expect(receiver.received.every(({ path }) => path.startsWith("/hook"))).toBe(true);
  });

  it("[WH5] goes over a connection that is kept, one set a target", async () => {
    for (let i = 0; i < 5; i++) {
      await send(hook());
      await send(hook({ id: "b" }));
    }
    expect(new Set(receiver.received.map(({ from }) => from)).size).toBe(2);
    sender.forget(hook());
    await send(hook());
    expect(new Set(receiver.received.map(({ from }) => from)).size).toBe(3);
  });

  it("[WH6] is sent again at once when a kept connection turns out to be closed", async () => {
    await send(hook());
    receiver.answer = ({ from }, response) => {
      if (from === receiver.received[0]!.from) response.socket?.destroy();
      else response.writeHead(204).end();
    };
    expect(await send(hook())).toEqual({ status: 204 });
    expect(receiver.received).toHaveLength(3);
  });

  it("[WH7] names trouble of the network without naming the address", async () => {
    receiver.answer = (_, response) => void response.socket?.destroy();
    await expect(send(hook())).rejects.toMatchObject({ code: "ECONNRESET" });
    await receiver.close();
    await expect(send(hook())).rejects.toMatchObject({ code: "ECONNREFUSED" });
    receiver = await startReceiver();
  });

  it("[WH8] ends when it is aborted, and cuts an answer that does not end", async () => {
    const controller = new AbortController();
    receiver.answer = () => controller.abort();
    const sending = sender.send(hook(), messageOf(), controller.signal, Date.now());
    await expect(sending).rejects.toMatchObject({ name: "AbortError" });
    const cut = Promise.withResolvers<void>();
    receiver.answer = (_, response) => {
      response.writeHead(200);
      const more = (): void =>
        void (response.write("x".repeat(16_384)) ? setImmediate(more) : response.once("drain", more));
      response.on("close", () => cut.resolve());
      response.on("error", () => {});
      more();
    };
    expect(await send(hook())).toEqual({ status: 200 });
    await cut.promise;
  });

  it("[WH9] is not taken by a server that does not speak HTTP", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.once("data", () => socket.end("220 mail.example ESMTP\r\n"));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(send(hook({ url: `http://127.0.0.1:${port}/` }))).rejects.toMatchObject({
      code: expect.stringMatching(/^HPE_/) as string,
    });
    server.close();
  });
});
